package dev.tiergate.plugin.experiment;

import dev.tiergate.plugin.Check;
import dev.tiergate.plugin.CheckFactory;
import dev.tiergate.plugin.PluginContext;

/** Makes the {@code experiment} check. */
public final class ExperimentCheckFactory implements CheckFactory<ExperimentConfig> {

    @Override
    public String name() {
        return "experiment";
    }

    @Override
    public Class<ExperimentConfig> configType() {
        return ExperimentConfig.class;
    }

    @Override
    public Check create(ExperimentConfig config, PluginContext context) {
        var metrics = context.metrics();
        return new ExperimentCheck(
                config, variant -> metrics.counter("exposures", "experiment", config.name(), "variant", variant));
    }
}
