package dev.tiergate.plugin;

/**
 * A limit as it binds one store.
 *
 * @param code unique overall; the {@code limit_type} of URLs and JSON
 * @param featureCode the feature whose use it counts; empty for a limit of the store itself
 * @param name what people read
 * @param value units a window, {@link #UNLIMITED} for no bound, 0 for none at all
 */
public record Limit(String code, String featureCode, String name, Window window, Scope scope, long value) {

    public static final long UNLIMITED = -1;

    public boolean unlimited() {
        return value == UNLIMITED;
    }

    /** Whose use is counted together. */
    public enum Scope {
        STORE,
        USER
    }

    /** The span that a limit counts over. */
    public enum Window {
        HOUR,
        DAY,
        WEEK,
        MONTH,
        /** From the store's billing anchor, monthly. */
        PERIOD,
        /** A level that can go down; never starts anew. */
        TOTAL,
        /** In flight now. */
        CONCURRENT,
        /** A balance that grants top up. */
        CREDITS;

        /** True for a span of the calendar, at whose end the count starts anew. */
        public boolean calendar() {
            return ordinal() <= PERIOD.ordinal();
        }
    }
}
