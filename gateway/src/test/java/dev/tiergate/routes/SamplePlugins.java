package dev.tiergate.routes;

import dev.tiergate.TokenBucket;
import dev.tiergate.plugin.Allow;
import dev.tiergate.plugin.Check;
import dev.tiergate.plugin.CheckFactory;
import dev.tiergate.plugin.PluginContext;
import dev.tiergate.plugin.QuotaFactory;
import io.vertx.core.Future;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Plugins that let everything pass and have all kinds of configuration. */
final class SamplePlugins {

    static final List<CheckFactory<?>> ALL = List.of(
            new Sample<>("header", HeaderConfig.class), new Sample<>("sample", SampleConfig.class), new Pointing());

    static final List<QuotaFactory<?>> QUOTAS = List.of(new TokenBucket());

    private SamplePlugins() {}

    record HeaderConfig(@Nullable Map<String, String> require) {
        HeaderConfig {
            if (require == null) {
                throw new IllegalArgumentException("header needs 'require', such as require: { X-Client: web }");
            }
            if (require.keySet().stream().anyMatch(name -> name.contains(" "))) {
                throw new IllegalArgumentException("a header name holds no space");
            }
        }
    }

    enum Color {
        RED,
        BLUE
    }

    record SampleConfig(
            int count,
            double ratio,
            @Nullable Duration within,
            boolean on,
            @Nullable Color color,
            @Nullable List<String> names,
            @Nullable String homeTown) {
        SampleConfig {
            if (count == 13) {
                throw new IllegalStateException("what no plugin should throw");
            }
        }
    }

    private record Sample<C extends Record>(String name, Class<C> configType) implements CheckFactory<C> {

        @Override
        public Check create(C config, PluginContext context) {
            return call -> Future.succeededFuture(Allow.plain());
        }
    }

    record PointingConfig(String upstream) {}

    /** Cannot be made for every configuration, nor everywhere. */
    private record Pointing() implements CheckFactory<PointingConfig> {

        @Override
        public String name() {
            return "pointing";
        }

        @Override
        public Class<PointingConfig> configType() {
            return PointingConfig.class;
        }

        @Override
        public Check create(PointingConfig config, PluginContext context) {
            if (config.upstream().equals("broken")) {
                throw new IllegalStateException("what no plugin should throw");
            }
            if (!context.upstreams().contains(config.upstream())) {
                throw new IllegalArgumentException("there is no upstream '" + config.upstream() + "'");
            }
            context.metrics().counter("pointed", "upstream", config.upstream()).run();
            return call -> Future.succeededFuture(Allow.plain());
        }
    }
}
