package dev.tiergate.plugin;

import io.vertx.core.Future;
import java.util.Optional;

/**
 * One question on a request's way, built in or plugin.
 *
 * <p>A check is made once per route and event loop and asked from that event loop only, so it may keep plain fields. It
 * never blocks and never throws. A failed future is a fault, not a refusal, and so is one that is not complete by the
 * {@code deadline} of routes.yaml: {@code on-failure} says what becomes of the request. A check that knows its answer at
 * once returns a completed future, which costs the request nothing; any other may be completed on any thread.
 */
@FunctionalInterface
public interface Check {

    Future<Decision> ask(Call call);

    /**
     * What is asked again of a WebSocket or a stream of server-sent events while it is open, whenever what its store may use
     * changes; empty where such a change cannot change the answer.
     */
    default Optional<Check> again() {
        return Optional.empty();
    }

    /** What is asked for another way where something else of the route refused; empty where there is none. */
    default Optional<Fallback> fallback() {
        return Optional.empty();
    }

    /**
     * Present where this tells what a {@code charge} costs, which is then all that it is for: it stands under {@code by} of a
     * charge, and is never asked.
     */
    default Optional<Cost> cost() {
        return Optional.empty();
    }
}
