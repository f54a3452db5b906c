package dev.tiergate.edge;

import dev.tiergate.plugin.Allow;
import dev.tiergate.plugin.Check;
import dev.tiergate.plugin.CheckFactory;
import dev.tiergate.plugin.Decision;
import dev.tiergate.plugin.PluginContext;
import io.vertx.core.Future;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/** What further plugins cost a request that passes, each of which reads a header and answers at once. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class ChainOfPlugins {

    private static final String PATH = "/api/v1/products";

    @Param({"0", "1", "10"})
    public int plugins;

    private GateScene scene;

    @Setup
    public void open() {
        scene = new GateScene(
                "  - path: " + PATH + "\n"
                        + "    methods: [ GET ]\n"
                        + "    feature: base\n"
                        + "    upstream: shop\n"
                        + (plugins == 0 ? "" : "    plugins:\n" + "      - quick: {}\n".repeat(plugins)),
                List.of(new Quick()));
        scene.expect(PATH, true);
    }

    @TearDown
    public void close() {
        scene.close();
    }

    @Benchmark
    public Future<Decision> allowed() {
        return scene.decide(PATH);
    }

    private static final class Quick implements CheckFactory<Quick.Config> {

        private static final Future<Decision> PLAIN = Future.succeededFuture(Allow.plain());

        record Config() {}

        @Override
        public String name() {
            return "quick";
        }

        @Override
        public Class<Config> configType() {
            return Config.class;
        }

        @Override
        public Check create(Config config, PluginContext context) {
            return call -> call.headers().contains("X-Refuse") ? Future.failedFuture("refused") : PLAIN;
        }
    }
}
