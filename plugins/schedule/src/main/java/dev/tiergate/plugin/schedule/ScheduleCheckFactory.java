package dev.tiergate.plugin.schedule;

import dev.tiergate.plugin.Check;
import dev.tiergate.plugin.CheckFactory;

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
    public Check create(ScheduleConfig config) {
        return new ScheduleCheck(config);
    }
}
