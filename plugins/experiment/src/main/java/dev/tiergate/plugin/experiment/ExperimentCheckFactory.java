package dev.tiergate.plugin.experiment;

import dev.tiergate.plugin.Check;
import dev.tiergate.plugin.CheckFactory;

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
    public Check create(ExperimentConfig config) {
        // where a counter of each variant goes; without one exposures are told to nobody
        return new ExperimentCheck(config, variant -> () -> {});
    }
}
