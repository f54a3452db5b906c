package dev.tiergate.plugin.validator;

import dev.tiergate.plugin.Check;
import dev.tiergate.plugin.CheckFactory;
import dev.tiergate.plugin.PluginContext;

/** Makes the {@code validator} check. */
public final class ValidatorCheckFactory implements CheckFactory<ValidatorConfig> {

    @Override
    public String name() {
        return "validator";
    }

    @Override
    public Class<ValidatorConfig> configType() {
        return ValidatorConfig.class;
    }

    @Override
    public Check create(ValidatorConfig config, PluginContext context) {
        context.targets().objection(config.uri()).ifPresent(objection -> {
            throw new IllegalArgumentException("'url' " + objection);
        });
        return new ValidatorCheck(
                config.key(),
                new Memory(config, System::nanoTime),
                new HttpService(config, context),
                context.metrics());
    }
}
