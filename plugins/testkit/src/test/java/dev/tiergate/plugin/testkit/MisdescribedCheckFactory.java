package dev.tiergate.plugin.testkit;

import dev.tiergate.plugin.Allow;
import dev.tiergate.plugin.Check;
import dev.tiergate.plugin.CheckFactory;
import dev.tiergate.plugin.PluginContext;
import io.vertx.core.Future;
import java.util.Map;

/** Its descriptor has a key that its configuration lacks, and lacks one that its configuration has. */
public final class MisdescribedCheckFactory implements CheckFactory<MisdescribedCheckFactory.Config> {

    public record Config(String held, String forgotten) {}

    @Override
    public String name() {
        return "misdescribed";
    }

    @Override
    public Class<Config> configType() {
        return Config.class;
    }

    @Override
    public Check create(Config config, PluginContext context) {
        return call -> Future.succeededFuture(Allow.plain().withUpstreamHeaders(Map.of("X-Held", config.held())));
    }
}
