package dev.tiergate.plugin.schedule;

import dev.tiergate.plugin.Check;
import dev.tiergate.plugin.CheckFactory;
import dev.tiergate.plugin.PluginContext;

/** Makes the {@code schedule} check. */
public final class ScheduleCheckFactory implements CheckFactory<ScheduleConfig> {

    @Override
    public String name() {
        return "schedule";
    }

    @Override
    public Class<ScheduleConfig> configType() {
        return ScheduleConfig.class;
    }

    @Override
    public Check create(ScheduleConfig config, PluginContext context) {
        return new ScheduleCheck(config);
    }
}
