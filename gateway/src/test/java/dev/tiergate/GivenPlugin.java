package dev.tiergate;

import dev.tiergate.plugin.Check;
import dev.tiergate.plugin.CheckFactory;
import dev.tiergate.plugin.PluginContext;
import java.util.function.Function;

/**
 * A plugin without a configuration, of a test's own.
 *
 * @param make a check for each route and event loop
 */
public record GivenPlugin(String name, Function<PluginContext, Check> make)
        implements CheckFactory<GivenPlugin.Config> {

    public record Config() {}

    /** The same check everywhere. */
    public static GivenPlugin of(String name, Check check) {
        return new GivenPlugin(name, context -> check);
    }

    @Override
    public Class<Config> configType() {
        return Config.class;
    }

    @Override
    public Check create(Config config, PluginContext context) {
        return make.apply(context);
    }
}
