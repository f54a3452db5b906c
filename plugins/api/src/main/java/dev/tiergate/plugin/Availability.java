package dev.tiergate.plugin;

import org.jspecify.annotations.Nullable;

/**
 * The answer of the one rule.
 *
 * @param source what decided
 * @param missing the dependency that is not available, where the source is one; otherwise null
 */
public record Availability(
        boolean available, Source source, @Nullable FeatureRef missing) {

    /** What decided about a feature, in the order of precedence. */
    public enum Source {
        /** The catalogue has no such feature. */
        UNKNOWN,
        /** Switched off for everybody. */
        INACTIVE,
        /** The store's own override. */
        OVERRIDE,
        /** The store's tier. */
        TIER,
        /** A feature that this one depends on. */
        DEPENDENCY
    }
}
