package dev.tiergate.routes;

import dev.tiergate.routes.GatingConfig.Denials;
import dev.tiergate.routes.GatingConfig.OnEntitlementsDown;
import dev.tiergate.routes.GatingConfig.OnLimitsDown;
import dev.tiergate.routes.yaml.Yaml;
import java.time.Duration;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Reads what holds for every route. */
final class GatingReader {

    private static final Pattern UPGRADE_URL = Pattern.compile("(https://[^/\\s\\\\]|/(?![/\\\\]))[!-~&&[^\\\\\"<>]]*");
    private static final GatingConfig DEFAULT = GatingConfig.DEFAULT;

    /** What was spent of a grant is forgotten (decision 0026) when no node can believe in it any more. */
    private static final Duration LONGEST_STALE = Duration.ofDays(7);

    private final Set<String> upstreams;
    private final CodeCheck codes;
    private final Problems problems;

    GatingReader(Set<String> upstreams, CodeCheck codes, Problems problems) {
        this.upstreams = upstreams;
        this.codes = codes;
        this.problems = problems;
    }

    GatingConfig read(Section gating) {
        Section entitlements = gating.section("entitlements");
        Duration ttl = entitlements.duration("ttl", DEFAULT.entitlementsTtl());
        Duration maxStale = entitlements.duration("max-stale", longer(ttl, DEFAULT.entitlementsMaxStale()));
        if (maxStale.compareTo(ttl) < 0) {
            problems.error(entitlements.at("max-stale"), "max-stale must be at least ttl, which is " + written(ttl));
        }
        if (maxStale.compareTo(LONGEST_STALE) > 0) {
            String key = ttl.compareTo(LONGEST_STALE) > 0 ? "ttl" : "max-stale";
            problems.error(entitlements.at(key), key + " must be at most " + written(LONGEST_STALE));
        }
        return new GatingConfig(
                gating.choice("mode", Mode.class, DEFAULT.mode()),
                passUnmatched(gating),
                unknownStoreTier(gating),
                gating.choice("on-entitlements-down", OnEntitlementsDown.class, DEFAULT.onEntitlementsDown()),
                gating.choice("on-limits-down", OnLimitsDown.class, DEFAULT.onLimitsDown()),
                ttl,
                maxStale,
                upgradeUrl(gating),
                denials(gating.section("denials"), DEFAULT.denials()));
    }

    static Denials denials(Section denials, Denials otherwise) {
        return new Denials(
                denials.choice("format", Denials.Format.class, otherwise.format()),
                denials.choice("html", Denials.Html.class, otherwise.html()));
    }

    private @Nullable String passUnmatched(Section gating) {
        Section unmatched = gating.section("unmatched");
        String upstream = unmatched.text("pass");
        DeclaredNames.upstream(unmatched, "pass", upstreams, problems);
        return upstream;
    }

    private @Nullable String unknownStoreTier(Section gating) {
        Yaml.Scalar scalar = gating.scalar("unknown-store").orElse(null);
        if (scalar == null || !scalar.text().startsWith("tier:")) {
            return null;
        }
        String tier = scalar.text().substring("tier:".length());
        codes.tierAfterPrefix(scalar, tier);
        return tier;
    }

    private String upgradeUrl(Section gating) {
        String url = gating.text("upgrade-url", DEFAULT.upgradeUrl());
        String filled = url.replace("{store_code}", "x");
        if (filled.indexOf('{') >= 0 || filled.indexOf('}') >= 0) {
            problems.error(gating.at("upgrade-url"), "upgrade-url takes {store_code} and no other name in braces");
        } else if (!UPGRADE_URL.matcher(filled).matches()) {
            problems.error(
                    gating.at("upgrade-url"),
                    "upgrade-url must begin with https:// or one slash, such as /store/{store_code}/billing");
        }
        return url;
    }

    private static Duration longer(Duration a, Duration b) {
        return a.compareTo(b) > 0 ? a : b;
    }

    private static String written(Duration duration) {
        long millis = duration.toMillis();
        if (millis % 1000 != 0) {
            return millis + "ms";
        }
        long seconds = millis / 1000;
        if (seconds % 3600 == 0) {
            return seconds / 3600 + "h";
        }
        return seconds % 60 == 0 ? seconds / 60 + "m" : seconds + "s";
    }
}
