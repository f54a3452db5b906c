package dev.tiergate;

import dev.tiergate.fixtures.Redis;
import dev.tiergate.fixtures.TcpLine;
import java.util.List;
import java.util.Map;

/** A gateway with a Redis of its own behind a line that can be broken. One run of clients after another may use it. */
final class FaultScene implements AutoCloseable {

    private static final String ROUTES = """
            gating: { on-limits-down: %s }
            routes:
              - { path: /health, public: true, upstream: shop }
              - { path: /api/orders, methods: [ POST ], feature: basic_orders, upstream: shop }
            """;

    final Redis redis = Redis.embedded();
    final TcpLine line = TcpLine.to(redis.port());
    final RunningGateway gateway;

    private FaultScene(String onLimitsDown, int deadlineMillis) throws Exception {
        this.gateway = RunningGateway.start(
                ROUTES.formatted(onLimitsDown),
                Map.of(
                        "TIERGATE_REDIS_URL",
                        redis.uriBy(line.port()),
                        "TIERGATE_REDIS_DEADLINE_MS",
                        String.valueOf(deadlineMillis)),
                List.of());
    }

    /** @param onLimitsDown {@code deny} or {@code allow} */
    static FaultScene start(String onLimitsDown, int deadlineMillis) throws Exception {
        return new FaultScene(onLimitsDown, deadlineMillis);
    }

    /** Clients with books of their own. */
    FaultRun begin() {
        gateway.backend().reset();
        return new FaultRun(this);
    }

    /** To Redis past the line, as who may do everything. */
    RedisCommands counters() throws Exception {
        return RedisCommands.connect(redis.operatorUri());
    }

    @Override
    public void close() throws Exception {
        line.heal();
        gateway.close();
        line.close();
        redis.close();
    }
}
