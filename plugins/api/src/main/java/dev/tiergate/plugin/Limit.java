package dev.tiergate.plugin;

import java.util.List;

/**
 * A limit as it binds one store.
 *
 * @param code unique overall; the {@code limit_type} of URLs and JSON
 * @param featureCode the feature whose use it counts; empty for a limit of the store itself
 * @param name what people read
 * @param value units a window, {@link #UNLIMITED} for no bound, 0 for none at all; of credits, units that the tier gives
 *     each billing period
 * @param grants of credits, what the store was given besides, in any order; maybe with some that are over
 */
public record Limit(
        String code, String featureCode, String name, Window window, Scope scope, long value, List<Grant> grants) {

    public static final long UNLIMITED = -1;

    public Limit {
        grants = List.copyOf(grants);
    }

    public Limit(String code, String featureCode, String name, Window window, Scope scope, long value) {
        this(code, featureCode, name, window, scope, value, List.of());
    }

    public Limit withValue(long next) {
        return new Limit(code, featureCode, name, window, scope, next, grants);
    }

    public Limit withGrants(List<Grant> next) {
        return new Limit(code, featureCode, name, window, scope, value, next);
    }

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
