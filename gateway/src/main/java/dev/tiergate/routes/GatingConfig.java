package dev.tiergate.routes;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * What holds for every route unless it says otherwise.
 *
 * @param passUnmatched the upstream of requests that no route matches; null to answer 404
 * @param unknownStoreTier the tier code of stores that the database does not know; null to refuse them
 * @param upgradeUrl a template with {@code {store_code}}: https, or a path on the same site
 */
public record GatingConfig(
        Mode mode,
        @Nullable String passUnmatched,
        @Nullable String unknownStoreTier,
        OnEntitlementsDown onEntitlementsDown,
        OnLimitsDown onLimitsDown,
        Duration entitlementsTtl,
        Duration entitlementsMaxStale,
        String upgradeUrl,
        Denials denials) {

    public static final GatingConfig DEFAULT = new GatingConfig(
            Mode.ENFORCE,
            null,
            null,
            OnEntitlementsDown.STALE,
            OnLimitsDown.ALLOW,
            Duration.ofMinutes(5),
            Duration.ofHours(1),
            "/store/{store_code}/billing",
            Denials.DEFAULT);

    /** What happens where PostgreSQL is away and no copy of the store is fresh enough. */
    public enum OnEntitlementsDown {
        /** Stale copies serve to max-stale, then 503. */
        STALE,
        ALLOW,
        DENY
    }

    /** What happens where Redis does not answer in time. */
    public enum OnLimitsDown {
        /** A local budget bounds it. */
        ALLOW,
        DENY
    }

    /** How refusals look. */
    public record Denials(Format format, Html html) {
        public static final Denials DEFAULT = new Denials(Format.ORION, Html.PAGE);

        /** The shape of the JSON. */
        public enum Format {
            ORION,
            PROBLEM,
            PHOENIX
        }

        /** What a browser gets that prefers HTML. */
        public enum Html {
            PAGE,
            REDIRECT
        }
    }
}
