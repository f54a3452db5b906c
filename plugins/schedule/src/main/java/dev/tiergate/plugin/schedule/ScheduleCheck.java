package dev.tiergate.plugin.schedule;

import dev.tiergate.plugin.Allow;
import dev.tiergate.plugin.Call;
import dev.tiergate.plugin.Check;
import dev.tiergate.plugin.Decision;
import dev.tiergate.plugin.Reason;
import dev.tiergate.plugin.Refuse;
import io.vertx.core.Future;
import java.time.Duration;
import java.time.Instant;

/** What came in time may take its time: a stream that is open when the hours are over goes on. */
final class ScheduleCheck implements Check {

    private static final Reason OUTSIDE_SCHEDULE = Reason.forbidden("outside_schedule");
    private static final Future<Decision> ALLOWED = Future.succeededFuture(Allow.plain());

    /** Added before fractions of a second are cut off. */
    private static final Duration ROUNDING_UP = Duration.ofSeconds(1).minusNanos(1);

    private final Timetable timetable;

    ScheduleCheck(ScheduleConfig config) {
        this.timetable = TimetableReader.read(config);
    }

    @Override
    public Future<Decision> ask(Call call) {
        var now = call.now();
        var opens = timetable.opens(now, call.entitlements().store().zone());
        if (opens.isPresent() && opens.get().equals(now)) {
            return ALLOWED;
        }
        var feature = call.feature().flatMap(code -> call.entitlements().feature(code));
        return Future.succeededFuture(
                opens.map(at -> closed(now, at)).orElseGet(ScheduleCheck::over).withFeature(feature.orElse(null)));
    }

    private static Refuse closed(Instant now, Instant opens) {
        var wait = Duration.between(now, opens).plus(ROUNDING_UP).toSeconds();
        return Refuse.of(OUTSIDE_SCHEDULE, "This is closed now, and opens at " + opens)
                .withMember("opens_at", opens.toString())
                .withHeader("Retry-After", Long.toString(wait));
    }

    private static Refuse over() {
        return Refuse.of(OUTSIDE_SCHEDULE, "This is closed for good").withMember("opens_at", null);
    }
}
