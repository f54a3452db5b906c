package dev.tiergate.plugin.beta;

import dev.tiergate.plugin.Check;
import dev.tiergate.plugin.CheckFactory;
import dev.tiergate.plugin.PluginContext;

/** Makes the {@code beta} check. */
public final class BetaCheckFactory implements CheckFactory<BetaConfig> {

    @Override
    public String name() {
        return "beta";
    }

    @Override
    public Class<BetaConfig> configType() {
        return BetaConfig.class;
    }

    @Override
    public Check create(BetaConfig config, PluginContext context) {
        return new BetaCheck(context.metrics());
    }
}
