package dev.tiergate;

import dev.tiergate.edge.EdgeLoop;
import dev.tiergate.edge.Readiness;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/**
 * How a node leaves without losing what it accepted. What Redis is to hear at the end: {@code RedisUsageLedger.close}.
 *
 * @param endStreams ends what would never end by itself, when a load balancer has other nodes for those who come back
 * @param delay in which every answer tells its client to leave, and a load balancer notices that the node is not ready
 * @param timeout in which requests in flight may end
 */
record Drain(
        Vertx vertx,
        Readiness readiness,
        List<EdgeLoop> edges,
        Supplier<Future<Void>> endStreams,
        Duration delay,
        Duration timeout) {

    /** Not ready; goodbyes; then no new connections, and the end of what is in flight. Never fails. */
    Future<Void> run() {
        readiness.drain();
        edges.forEach(EdgeLoop::sayGoodbye);
        return told().transform(done -> endStreams.get())
                .transform(done -> Future.join(
                        edges.stream().map(edge -> edge.shutdown(timeout)).toList()))
                .transform(done -> Future.succeededFuture());
    }

    private Future<Void> told() {
        return delay.isZero()
                ? Future.succeededFuture()
                : vertx.timer(delay.toMillis(), TimeUnit.MILLISECONDS).mapEmpty();
    }
}
