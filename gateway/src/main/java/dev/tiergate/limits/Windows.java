package dev.tiergate.limits;

import dev.tiergate.plugin.Limit;
import java.time.DayOfWeek;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.temporal.ChronoUnit;
import java.time.temporal.TemporalAdjusters;
import java.time.zone.ZoneOffsetTransition;
import java.util.Optional;
import java.util.function.UnaryOperator;

/**
 * Calendar windows in a store's time zone. The windows of one kind, zone and anchor follow each other without gap or
 * overlap, whatever the zone's clock does.
 */
final class Windows {

    private Windows() {}

    /**
     * The window around an instant; empty for kinds that never start anew.
     *
     * @param anchor when the store's first billing period began; only {@code PERIOD} reads it
     */
    static Optional<WindowSpan> around(Limit.Window window, ZoneId zone, Instant anchor, Instant instant) {
        return switch (window) {
            case HOUR -> Optional.of(hour(zone, instant));
            case DAY -> Optional.of(dates(zone, instant, date -> date, date -> date.plusDays(1)));
            case WEEK ->
                Optional.of(dates(
                        zone,
                        instant,
                        date -> date.with(TemporalAdjusters.previousOrSame(DayOfWeek.MONDAY)),
                        date -> date.plusWeeks(1)));
            case MONTH -> Optional.of(dates(zone, instant, date -> date.withDayOfMonth(1), date -> date.plusMonths(1)));
            case PERIOD -> Optional.of(period(zone, anchor, instant));
            case TOTAL, CONCURRENT, CREDITS -> Optional.empty();
        };
    }

    /** The clock's hour, cut where the zone's offset changes: a repeated hour is two windows, a skipped one none. */
    private static WindowSpan hour(ZoneId zone, Instant instant) {
        var rules = zone.getRules();
        ZoneOffset offset = rules.getOffset(instant);
        Instant start = LocalDateTime.ofInstant(instant, offset)
                .truncatedTo(ChronoUnit.HOURS)
                .toInstant(offset);
        Instant end = start.plus(1, ChronoUnit.HOURS);
        ZoneOffsetTransition before = rules.previousTransition(instant.plusNanos(1));
        if (before != null && before.getInstant().isAfter(start)) {
            start = before.getInstant();
        }
        ZoneOffsetTransition after = rules.nextTransition(instant);
        if (after != null && after.getInstant().isBefore(end)) {
            end = after.getInstant();
        }
        return new WindowSpan(start, end);
    }

    /**
     * A span of whole dates. A date begins where the zone's clock first shows it; a clock that is put back over midnight
     * shows the old date again, and the new window goes on.
     */
    private static WindowSpan dates(
            ZoneId zone, Instant instant, UnaryOperator<LocalDate> floor, UnaryOperator<LocalDate> next) {
        LocalDate first = floor.apply(LocalDate.ofInstant(instant, zone));
        LocalDate after = next.apply(first);
        while (!begin(zone, after).isAfter(instant)) {
            first = after;
            after = next.apply(first);
        }
        return new WindowSpan(begin(zone, first), begin(zone, after));
    }

    private static Instant begin(ZoneId zone, LocalDate date) {
        return date.atStartOfDay(zone).toInstant();
    }

    /** Months counted from the anchor, each from the anchor itself, so that the 31st comes back after a February. */
    private static WindowSpan period(ZoneId zone, Instant anchor, Instant instant) {
        ZonedDateTime first = anchor.atZone(zone);
        long months = ChronoUnit.MONTHS.between(first, instant.atZone(zone)) - 2;
        while (!first.plusMonths(months + 1).toInstant().isAfter(instant)) {
            months++;
        }
        return new WindowSpan(
                first.plusMonths(months).toInstant(),
                first.plusMonths(months + 1).toInstant());
    }
}
