package dev.tiergate.routes;

import dev.tiergate.TokenBucket;
import dev.tiergate.plugin.Allow;
import dev.tiergate.plugin.Check;
import dev.tiergate.plugin.CheckFactory;
import dev.tiergate.plugin.QuotaFactory;
import io.vertx.core.Future;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Plugins that let everything pass and have all kinds of configuration. */
final class SamplePlugins {

    static final List<CheckFactory<?>> ALL =
            List.of(new Sample<>("header", HeaderConfig.class), new Sample<>("sample", SampleConfig.class));

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

    private record Sample<C extends Record>(String name, Class<C> configType, Function<C, Check> make)
            implements CheckFactory<C> {

        Sample(String name, Class<C> configType) {
            this(name, configType, config -> call -> Future.succeededFuture(Allow.plain()));
        }

        @Override
        public Check create(C config) {
            return make.apply(config);
        }
    }
}
