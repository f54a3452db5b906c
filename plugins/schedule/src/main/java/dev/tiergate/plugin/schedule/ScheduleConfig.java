package dev.tiergate.plugin.schedule;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What stands under {@code schedule:} in routes.yaml. Days, hours and dates are those of the store's time zone.
 *
 * @param days days of the week and ranges of them, such as {@code mon-fri}; empty for every day
 * @param hours such as {@code 08:00-18:00}, the end left out; over midnight where the end is the earlier one, and then part
 *     of the day on which they begin; null for the whole day
 * @param from the first day, such as {@code 2026-12-01}; null for no first day
 * @param until the last day; null for no last day
 * @param blackout spans in which it is closed all the same
 */
public record ScheduleConfig(
        List<String> days,
        @Nullable String hours,
        @Nullable String from,
        @Nullable String until,
        List<Blackout> blackout) {

    public ScheduleConfig(
            @Nullable List<String> days,
            @Nullable String hours,
            @Nullable String from,
            @Nullable String until,
            @Nullable List<Blackout> blackout) {
        if (days == null && hours == null && from == null && until == null && blackout == null) {
            throw new IllegalArgumentException(
                    "schedule needs 'days', 'hours', 'from', 'until' or 'blackout', such as hours: 08:00-18:00");
        }
        if (days != null && days.isEmpty()) {
            throw new IllegalArgumentException("'days' is empty; name some, or leave it out for every day");
        }
        this.days = days == null ? List.of() : List.copyOf(days);
        this.hours = hours;
        this.from = from;
        this.until = until;
        this.blackout = blackout == null ? List.of() : List.copyOf(blackout);
        TimetableReader.read(this);
    }

    /**
     * A span in which it is closed.
     *
     * @param from an instant, such as {@code 2026-12-11T22:00:00Z}, or with another offset in the place of {@code Z}
     * @param until the first instant after it
     */
    public record Blackout(String from, String until) {

        public Blackout(@Nullable String from, @Nullable String until) {
            if (from == null || until == null) {
                throw new IllegalArgumentException(
                        "a blackout needs 'from' and 'until', such as from: 2026-12-11T22:00:00Z");
            }
            this.from = from;
            this.until = until;
        }
    }
}
