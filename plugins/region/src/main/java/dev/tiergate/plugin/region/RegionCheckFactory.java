package dev.tiergate.plugin.region;

import dev.tiergate.plugin.Check;
import dev.tiergate.plugin.CheckFactory;
import dev.tiergate.plugin.PluginContext;

/** Makes the {@code region} check. */
public final class RegionCheckFactory implements CheckFactory<RegionConfig> {

    @Override
    public String name() {
        return "region";
    }

    @Override
    public Class<RegionConfig> configType() {
        return RegionConfig.class;
    }

    @Override
    public Check create(RegionConfig config, PluginContext context) {
        return new RegionCheck(config);
    }
}
