package dev.tiergate.plugin.schedule;

import dev.tiergate.plugin.testkit.CheckContract;
import java.util.List;
import java.util.Map;

class ScheduleContractTest extends CheckContract {

    ScheduleContractTest() {
        super("schedule");
    }

    @Override
    protected List<String> accepted() {
        return List.of(
                "{ days: [ mon-fri, sun ], hours: 08:00-18:00 }",
                "{ hours: 22:00-06:00, from: 2026-01-01, until: 2026-12-31 }",
                "{ blackout: [ { from: 2026-03-05T10:00:00Z, until: 2026-03-05T11:00:00+00:00 } ] }");
    }

    @Override
    protected Map<String, String> refused() {
        return Map.of(
                "{}", "'days', 'hours', 'from', 'until' or 'blackout'",
                "{ hours: 8-18 }", "hours must be a span such as 08:00-18:00",
                "{ blackout: [ { from: 2026-12-11T22:00:00Z } ] }", "blackout[0] lacks 'until': when it opens again");
    }
}
