package dev.tiergate.edge;

import dev.tiergate.plugin.Decision;
import io.vertx.core.Future;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/**
 * The gate's own part of a request, without network: its path is read, its route matched, its token recalled, its store's
 * entitlements found, all checks of the route asked. A thousand stores in turn. Counting is there, but not in Redis.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class GateRequest {

    private static final String ALLOWED = "/api/v1/products";
    private static final String REFUSED = "/api/v1/reports";

    private GateScene scene;

    @Setup
    public void open() {
        scene = new GateScene(
                "  - { path: " + ALLOWED + ", methods: [ GET ], feature: base, upstream: shop }\n" + "  - { path: "
                        + REFUSED + ", methods: [ GET ], feature: only_gold, upstream: shop }\n",
                List.of());
        scene.expect(ALLOWED, true);
        scene.expect(REFUSED, false);
    }

    @TearDown
    public void close() {
        scene.close();
    }

    @Benchmark
    public Future<Decision> allowed() {
        return scene.decide(ALLOWED);
    }

    @Benchmark
    public Future<Decision> refused_by_tier() {
        return scene.decide(REFUSED);
    }
}
