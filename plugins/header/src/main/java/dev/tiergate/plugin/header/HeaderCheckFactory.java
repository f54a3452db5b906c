package dev.tiergate.plugin.header;

import dev.tiergate.plugin.Check;
import dev.tiergate.plugin.CheckFactory;
import dev.tiergate.plugin.PluginContext;

/** Makes the {@code header} check. */
public final class HeaderCheckFactory implements CheckFactory<HeaderConfig> {

    @Override
    public String name() {
        return "header";
    }

    @Override
    public Class<HeaderConfig> configType() {
        return HeaderConfig.class;
    }

    @Override
    public Check create(HeaderConfig config, PluginContext context) {
        return new HeaderCheck(config);
    }
}
