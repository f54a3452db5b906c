package dev.tiergate.plugin.schedule;

import dev.tiergate.plugin.schedule.ScheduleConfig.Blackout;
import dev.tiergate.plugin.schedule.Timetable.Span;
import java.time.DateTimeException;
import java.time.DayOfWeek;
import java.time.Instant;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Reads the texts of a configuration. */
final class TimetableReader {

    /** In the order of {@link DayOfWeek}. */
    private static final List<String> NAMES = List.of("mon", "tue", "wed", "thu", "fri", "sat", "sun");

    private TimetableReader() {}

    /** @throws IllegalArgumentException when a text is not what it should be; the message says what it should */
    static Timetable read(ScheduleConfig config) {
        var first = date("from", config.from());
        var last = date("until", config.until());
        if (first != null && last != null && last.isBefore(first)) {
            throw new IllegalArgumentException("'until' is before 'from', so that it would never open");
        }
        var hours = config.hours() == null ? Hours.WHOLE_DAY : Hours.of(config.hours());
        var blackouts = config.blackout().stream().map(TimetableReader::span).toList();
        return new Timetable(days(config.days()), hours, first, last, blackouts);
    }

    private static Set<DayOfWeek> days(List<String> given) {
        var days = given.isEmpty() ? EnumSet.allOf(DayOfWeek.class) : EnumSet.noneOf(DayOfWeek.class);
        for (var text : given) {
            var ends = text.split("-", 2);
            var last = day(ends[ends.length - 1], text);
            for (var each = day(ends[0], text); each != last; each = each.plus(1)) {
                days.add(each);
            }
            days.add(last);
        }
        return days;
    }

    private static DayOfWeek day(String name, String text) {
        var index = NAMES.indexOf(name);
        if (index < 0) {
            throw new IllegalArgumentException("'days' must be such as mon or mon-fri, not '" + text + "'");
        }
        return DayOfWeek.of(index + 1);
    }

    private static @Nullable LocalDate date(String key, @Nullable String text) {
        try {
            return text == null ? null : LocalDate.parse(text);
        } catch (DateTimeException e) {
            throw new IllegalArgumentException(
                    "'" + key + "' must be a date such as 2026-12-01, not '" + text + "'", e);
        }
    }

    private static Span span(Blackout blackout) {
        var span = new Span(instant(blackout.from()), instant(blackout.until()));
        if (!span.from().isBefore(span.until())) {
            throw new IllegalArgumentException("a blackout ends after it begins; '" + blackout.until() + "' does not");
        }
        return span;
    }

    private static Instant instant(String text) {
        try {
            return OffsetDateTime.parse(text).toInstant();
        } catch (DateTimeException e) {
            throw new IllegalArgumentException(
                    "a blackout has instants such as 2026-12-11T22:00:00Z, not '" + text + "'", e);
        }
    }
}
