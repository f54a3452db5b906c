package dev.tiergate.plugin.quotacost;

import dev.tiergate.plugin.Cost.Told;
import dev.tiergate.plugin.PluginMetrics;
import java.util.OptionalLong;

/** Counts what costs were told from. */
final class Tally {

    /** A longer number is more than any limit, and as long as it is clear of a long's end when it is weighed and added up. */
    private static final int MOST_DIGITS = 12;

    private final Runnable counted;
    private final Runnable absent;
    private final Runnable malformed;

    Tally(PluginMetrics metrics, String by) {
        this.counted = metrics.counter("values", "by", by, "outcome", "counted");
        this.absent = metrics.counter("values", "by", by, "outcome", "absent");
        this.malformed = metrics.counter("values", "by", by, "outcome", "malformed");
    }

    /** A unit for each part that is begun. */
    Told units(long value, long per) {
        counted.run();
        return Told.units(value / per + (value % per == 0 ? 0 : 1));
    }

    Told absent(Told instead) {
        absent.run();
        return instead;
    }

    Told malformed(Told instead) {
        malformed.run();
        return instead;
    }

    /** A whole number of 0 or more in decimal digits; one that is too long is the most that fits the digits. */
    static OptionalLong number(String text) {
        if (text.isEmpty() || !text.chars().allMatch(digit -> digit >= '0' && digit <= '9')) {
            return OptionalLong.empty();
        }
        var digits = text.replaceFirst("^0+(?=.)", "");
        return OptionalLong.of(Long.parseLong(digits.length() > MOST_DIGITS ? "9".repeat(MOST_DIGITS) : digits));
    }
}
