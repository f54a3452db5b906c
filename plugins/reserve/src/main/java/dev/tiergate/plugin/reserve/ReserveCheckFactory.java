package dev.tiergate.plugin.reserve;

import dev.tiergate.plugin.Check;
import dev.tiergate.plugin.CheckFactory;
import dev.tiergate.plugin.PluginContext;

/** Makes the {@code reserve} check. */
public final class ReserveCheckFactory implements CheckFactory<ReserveConfig> {

    @Override
    public String name() {
        return "reserve";
    }

    @Override
    public Class<ReserveConfig> configType() {
        return ReserveConfig.class;
    }

    @Override
    public Check create(ReserveConfig config, PluginContext context) {
        return new ReserveCheck(config, context.usage());
    }
}
