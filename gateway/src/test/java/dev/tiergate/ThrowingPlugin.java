package dev.tiergate;

import dev.tiergate.plugin.Check;
import dev.tiergate.plugin.CheckFactory;
import dev.tiergate.plugin.PluginContext;

/** The plugin {@code broken}, which throws, as a bad one would. */
final class ThrowingPlugin implements CheckFactory<ThrowingPlugin.Config> {

    record Config() {}

    @Override
    public String name() {
        return "broken";
    }

    @Override
    public Class<Config> configType() {
        return Config.class;
    }

    @Override
    public Check create(Config config, PluginContext context) {
        return call -> {
            throw new IllegalStateException("broken");
        };
    }
}
