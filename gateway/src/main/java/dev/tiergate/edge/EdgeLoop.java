package dev.tiergate.edge;

import dev.tiergate.plugin.Reason;
import dev.tiergate.plugin.Refuse;
import dev.tiergate.telemetry.DecisionLog;
import dev.tiergate.telemetry.GateMetrics;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.net.ServerSSLOptions;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** The public listener as one event loop has it: all loops listen on one port, and each has its own stages. */
public final class EdgeLoop extends VerticleBase {

    /** The stages of one event loop. */
    public interface Stages {

        Serving serve(Generation generation);

        /** Why the counters cannot be had; empty while they can. Asked from any thread. */
        Optional<String> trouble();

        Future<Void> close();
    }

    private static final long NO_ERROR = 0;

    /** How often connections without a request are looked for. */
    private static final Duration LOOK = Duration.ofSeconds(1);

    private final ListenerConfig listener;
    private final Supplier<Generation> current;
    private final Supplier<Stages> makeStages;
    private final GateMetrics metrics;
    private final Readiness readiness;
    private final InstantSource clock;
    private final DecisionLog log = new DecisionLog();
    private final RequestIds ids = new RequestIds();
    private final OpenConnections connections;

    private volatile @Nullable Stages stages;
    private volatile @Nullable HttpServer server;
    private long served;
    private @Nullable Serving serving;
    private @Nullable LoopDelay delay;

    public EdgeLoop(
            ListenerConfig listener,
            Supplier<Generation> current,
            Supplier<Stages> makeStages,
            GateMetrics metrics,
            Readiness readiness,
            InstantSource clock) {
        this.listener = listener;
        this.current = current;
        this.makeStages = makeStages;
        this.metrics = metrics;
        this.readiness = readiness;
        this.clock = clock;
        this.connections = new OpenConnections(listener.clientTimeout(), listener.idle(), System::nanoTime);
    }

    @Override
    public Future<?> start() {
        delay = LoopDelay.watch(vertx, System::nanoTime, metrics::loopDelayed);
        return listen(makeStages.get());
    }

    @Override
    public Future<?> stop() {
        var watching = delay;
        if (watching != null) {
            watching.close();
        }
        var last = serving;
        if (last != null) {
            last.retire();
        }
        var made = stages;
        return made == null ? Future.succeededFuture() : made.close();
    }

    public Optional<String> trouble() {
        var made = stages;
        return made == null ? Optional.empty() : made.trouble();
    }

    public int port() {
        var open = server;
        return open == null ? 0 : open.actualPort();
    }

    /** New connections get this certificate; open ones keep theirs. It is the same for all loops of the port. */
    public Future<Void> renew(TlsIdentity identity) {
        var open = server;
        return open == null
                ? Future.succeededFuture()
                : open.updateSSLOptions(new ServerSSLOptions().setUseAlpn(true).setKeyCertOptions(identity.options()))
                        .mapEmpty();
    }

    /** Tells clients to leave: HTTP/2 by GOAWAY now, HTTP/1 by {@code Connection: close} on each answer from now on. */
    public void sayGoodbye() {
        toEachConnection(EdgeLoop::askToLeave);
    }

    /**
     * Names no stream as the last: what a client opens before it hears of this is still served (RFC 9113, section 6.8).
     */
    private static void askToLeave(HttpConnection connection) {
        connection.goAway(NO_ERROR, Integer.MAX_VALUE);
    }

    private void toEachConnection(Consumer<HttpConnection> word) {
        context.runOnContext(now -> connections.http2().forEach(word));
    }

    /** Takes no more connections, names to HTTP/2 the last stream that counts, and waits for the requests in flight. */
    public Future<Void> shutdown(Duration timeout) {
        toEachConnection(connection -> connection.goAway(NO_ERROR));
        var open = server;
        return open == null ? Future.succeededFuture() : open.shutdown(timeout.toMillis(), TimeUnit.MILLISECONDS);
    }

    RequestIds ids() {
        return ids;
    }

    /** Counts and logs a refusal, also one that shadow mode lets pass. */
    void record(Refuse refuse, RefusalFacts facts) {
        var reason = refuse.reason();
        switch (reason.status()) {
            case 403 -> metrics.denied(facts.feature(), reason.code(), facts.tier(), facts.mode());
            case 429 ->
                metrics.limitExceeded(
                        facts.feature(), String.valueOf(refuse.members().get("limit_type")), facts.mode());
            default -> {
                metrics.refused(reason.code(), reason.status());
                stageAtFault(reason).ifPresent(metrics::fault);
            }
        }
        log.refused(facts.line(refuse));
    }

    /** Logs what was refused of a request that passes another way; it counts as forwarded. */
    void degraded(Degraded how, RefusalFacts facts) {
        log.degraded(facts.line(how.refusal()), how.changed());
    }

    /** Counts and logs an open stream that may not go on. */
    void cutOff(Refuse refuse, RefusalFacts facts) {
        metrics.cutOff(refuse.reason().equals(Reason.CONCURRENCY_REACHED));
        log.cutOff(facts.line(refuse));
    }

    /** Which of the gate's own stores a refusal tells of. */
    private static Optional<String> stageAtFault(Reason reason) {
        return switch (reason.code()) {
            case "keys_unavailable" -> Optional.of("identity");
            case "limits_unavailable" -> Optional.of("limits");
            default -> Optional.empty();
        };
    }

    GateMetrics metrics() {
        return metrics;
    }

    InstantSource clock() {
        return clock;
    }

    /** The request was answered, or nobody waits for an answer any more. */
    void ended(HttpServerRequest request) {
        connections.ended(request);
    }

    /** The last answer of an HTTP/1 connection is on its way. */
    void leave(HttpServerRequest request) {
        connections.leave(request);
    }

    boolean draining() {
        return readiness.draining();
    }

    private Future<?> listen(Stages made) {
        stages = made;
        vertx.setPeriodic(LOOK.toMillis(), look -> connections.closeUnused());
        var opened = vertx.createHttpServer(listener.toOptions())
                .connectionHandler(connections::opened)
                .invalidRequestHandler(request -> take(request, RequestWay::malformed))
                .requestHandler(request -> take(request, RequestWay::begin));
        server = opened;
        return opened.listen();
    }

    /** What was sent behind a request whose answer is the last of its connection gets none (RFC 9112, section 9.6). */
    private void take(HttpServerRequest request, Consumer<RequestWay> begin) {
        if (connections.left(request)) {
            return;
        }
        if (connections.began(request) && draining()) {
            askToLeave(request.connection());
        }
        begin.accept(new RequestWay(this, serving(), request));
    }

    /** The stages of the file that serves now; a change is taken over here, between two requests. */
    private Serving serving() {
        var now = current.get();
        var mine = serving;
        if (mine == null || served != now.number()) {
            var before = mine;
            mine = Objects.requireNonNull(stages).serve(now);
            serving = mine;
            served = now.number();
            if (before != null) {
                before.retire();
            }
        }
        return mine;
    }
}
