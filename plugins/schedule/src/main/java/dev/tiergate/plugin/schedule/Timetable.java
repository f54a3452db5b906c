package dev.tiergate.plugin.schedule;

import java.time.DayOfWeek;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * When it is open, decided of an instant and a zone alone. Each day that counts has one span, from its first hour to its
 * last; one over midnight reaches into the next day. A span begins and ends when clocks there show its times for the first
 * time: times that clocks skip come at once, at the skip, and of times that come twice the earlier ones count.
 *
 * @param days never empty
 * @param first null for no first day
 * @param last null for no last day
 */
record Timetable(
        Set<DayOfWeek> days,
        Hours hours,
        @Nullable LocalDate first,
        @Nullable LocalDate last,
        List<Span> blackouts) {

    /** A week, and another one: a zone that changes its side of the date line skips a day. */
    private static final int DAYS_AHEAD = 15;

    /** From an instant up to another one, which is left out. */
    record Span(Instant from, Instant until) {

        boolean holds(Instant instant) {
            return !instant.isBefore(from) && instant.isBefore(until);
        }
    }

    /** The first instant from the given one on at which it is open, so that one itself where it is; empty for never. */
    Optional<Instant> opens(Instant now, ZoneId zone) {
        var at = now;
        while (true) {
            var span = next(at, zone);
            if (span.isEmpty()) {
                return Optional.empty();
            }
            var open = span.get().holds(at) ? at : span.get().from();
            var blackout = blackouts.stream().filter(each -> each.holds(open)).findFirst();
            if (blackout.isEmpty()) {
                return Optional.of(open);
            }
            at = blackout.get().until();
        }
    }

    /** The first span that is not over at an instant. */
    private Optional<Span> next(Instant at, ZoneId zone) {
        var yesterday = at.atZone(zone).toLocalDate().minusDays(1);
        var begin = first == null || first.isBefore(yesterday) ? yesterday : first;
        for (var ahead = 0; ahead <= DAYS_AHEAD; ahead++) {
            var day = begin.plusDays(ahead);
            if (last != null && day.isAfter(last)) {
                return Optional.empty();
            }
            var span = days.contains(day.getDayOfWeek()) ? span(day, zone) : null;
            if (span != null && at.isBefore(span.until()) && span.from().isBefore(span.until())) {
                return Optional.of(span);
            }
        }
        return Optional.empty();
    }

    /** Empty where clocks skip all of it. */
    private Span span(LocalDate day, ZoneId zone) {
        return new Span(instant(hours.begin(day), zone), instant(hours.end(day), zone));
    }

    /** When clocks there show a time, or would have to, for the first time. */
    private static Instant instant(LocalDateTime local, ZoneId zone) {
        var change = zone.getRules().getTransition(local);
        return change != null && change.isGap()
                ? change.getInstant()
                : local.atZone(zone).toInstant();
    }
}
