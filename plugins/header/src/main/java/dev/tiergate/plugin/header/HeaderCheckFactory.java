package dev.tiergate.plugin.header;

import dev.tiergate.plugin.Check;
import dev.tiergate.plugin.CheckFactory;

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
    public Check create(HeaderConfig config) {
        return new HeaderCheck(config);
    }
}
