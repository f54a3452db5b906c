package dev.tiergate.plugin;

import io.vertx.core.Future;
import java.util.Optional;
import java.util.Set;

/**
 * Another way for a request that something refused, offered by a check of its route: see {@link Check#fallback()}.
 *
 * <p>The fallbacks of a route are asked in the order of its checks, after a refusal with one of the reasons in
 * {@link #AFTER}, once a request and never in shadow mode. The first change counts: the request is changed, read, matched
 * and decided as if it had come so; only the check that refused may refuse again, for the same reason, without being heard.
 * Any other refusal stands.
 *
 * <p>Asked from the check's event loop. It never blocks and never throws; what throws, fails, or takes longer than the
 * {@code deadline} of routes.yaml counts as a fault and offers nothing. A plugin in shadow is not asked.
 */
@FunctionalInterface
public interface Fallback {

    /** What another way is asked for: never after who somebody is, what a plugin says, or what is away. */
    Set<Reason> AFTER = Set.of(
            Reason.TIER_TOO_LOW,
            Reason.FEATURE_INACTIVE,
            Reason.FEATURE_DISABLED_FOR_STORE,
            Reason.DEPENDENCY_MISSING,
            Reason.MODEL_NOT_ALLOWED,
            Reason.LIMIT_REACHED,
            Reason.CONCURRENCY_REACHED);

    /**
     * Empty where there is none for this request.
     *
     * @param call as it was refused
     * @param refusal what the client gets where no check offers anything
     */
    Future<Optional<Change>> offer(Call call, Refuse refusal);
}
