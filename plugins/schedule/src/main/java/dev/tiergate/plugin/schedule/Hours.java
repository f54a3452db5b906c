package dev.tiergate.plugin.schedule;

import java.time.LocalDate;
import java.time.LocalDateTime;
import java.util.regex.Pattern;

/**
 * The hours of a day, in minutes from its midnight.
 *
 * @param from 0 to 1439
 * @param until above {@code from} and at most a day later; above 1440 it is a time of the next day
 */
record Hours(int from, int until) {

    private static final int HOUR = 60;
    private static final int DAY = 24 * HOUR;
    private static final Pattern FORM =
            Pattern.compile("([01][0-9]|2[0-3]):([0-5][0-9])-(?:([01][0-9]|2[0-3]):([0-5][0-9])|24:00)");

    static final Hours WHOLE_DAY = new Hours(0, DAY);

    /** Reads such as {@code 08:00-18:00}, {@code 18:00-24:00}, and over midnight {@code 22:00-06:00}. */
    static Hours of(String text) {
        var found = FORM.matcher(text);
        if (!found.matches()) {
            throw new IllegalArgumentException("'hours' must be such as 08:00-18:00, not '" + text + "'");
        }
        var from = minutes(found.group(1), found.group(2));
        var until = found.group(3) == null ? DAY : minutes(found.group(3), found.group(4));
        if (from == until) {
            throw new IllegalArgumentException("'hours' ends when it begins; leave it out for the whole day");
        }
        return new Hours(from, until < from ? until + DAY : until);
    }

    LocalDateTime begin(LocalDate day) {
        return day.atStartOfDay().plusMinutes(from);
    }

    LocalDateTime end(LocalDate day) {
        return day.atStartOfDay().plusMinutes(until);
    }

    private static int minutes(String hours, String minutes) {
        return Integer.parseInt(hours) * HOUR + Integer.parseInt(minutes);
    }
}
