package dev.tiergate.limits;

import dev.tiergate.plugin.Limit;
import java.util.Locale;

/** How windows and scopes are called. */
public final class Names {

    private Names() {}

    /** In keys and JSON. */
    public static String of(Limit.Window window) {
        return window.name().toLowerCase(Locale.ROOT);
    }

    /** In JSON. */
    public static String of(Limit.Scope scope) {
        return scope.name().toLowerCase(Locale.ROOT);
    }

    /** After a number of units, in a sentence. */
    public static String per(Limit.Window window) {
        return switch (window) {
            case HOUR -> " an hour";
            case DAY -> " a day";
            case WEEK -> " a week";
            case MONTH -> " a month";
            case PERIOD -> " a billing period";
            case CONCURRENT -> " at once";
            case TOTAL -> " in all";
            case CREDITS -> " credits";
        };
    }
}
