package dev.tiergate.plugin.degrade;

import dev.tiergate.plugin.Check;
import dev.tiergate.plugin.CheckFactory;
import dev.tiergate.plugin.PluginContext;

/** Makes the {@code degrade} check. */
public final class DegradeCheckFactory implements CheckFactory<DegradeConfig> {

    @Override
    public String name() {
        return "degrade";
    }

    @Override
    public Class<DegradeConfig> configType() {
        return DegradeConfig.class;
    }

    @Override
    public Check create(DegradeConfig config, PluginContext context) {
        config.checkUpstreams(context.upstreams());
        return new DegradeCheck(config);
    }
}
