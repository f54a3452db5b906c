package com.example.minimumversion;

import dev.tiergate.plugin.Check;
import dev.tiergate.plugin.CheckFactory;
import dev.tiergate.plugin.PluginContext;

/** Stands in META-INF/services, where the gateway finds it. */
public final class MinimumVersionCheckFactory implements CheckFactory<MinimumVersionConfig> {

    @Override
    public String name() {
        return "minimum-version";
    }

    @Override
    public Class<MinimumVersionConfig> configType() {
        return MinimumVersionConfig.class;
    }

    @Override
    public Check create(MinimumVersionConfig config, PluginContext context) {
        return new MinimumVersionCheck(config, context.metrics().counter("outdated"));
    }
}
