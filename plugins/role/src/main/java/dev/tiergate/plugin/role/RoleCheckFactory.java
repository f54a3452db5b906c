package dev.tiergate.plugin.role;

import dev.tiergate.plugin.Check;
import dev.tiergate.plugin.CheckFactory;
import dev.tiergate.plugin.PluginContext;

/** Makes the {@code role} check. */
public final class RoleCheckFactory implements CheckFactory<RoleConfig> {

    @Override
    public String name() {
        return "role";
    }

    @Override
    public Class<RoleConfig> configType() {
        return RoleConfig.class;
    }

    @Override
    public Check create(RoleConfig config, PluginContext context) {
        return new RoleCheck(config);
    }
}
