package dev.tiergate.api.ofrep;

import dev.tiergate.api.KnownStores.Asker;
import dev.tiergate.api.ofrep.Flag.ErrorCode;
import dev.tiergate.entitlement.StoreEntitlements;
import dev.tiergate.limits.Usage;
import dev.tiergate.plugin.Availability;
import dev.tiergate.plugin.Limit;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * What a store may use as flags: a feature's code is a boolean, {@code <limit_type>.limit} and {@code <limit_type>.remaining}
 * are integers, -1 for no bound. A code that is both is the feature's.
 *
 * @param usage what is known of the store's use, by the limit's code; without those that could not be read
 * @param mode the gateway's mode, told beside: the answer is that of enforce
 * @param upgradeUrl where the store changes its tier; null where that is not known
 */
record Evaluator(
        Asker asker,
        Map<String, Usage> usage,
        Instant now,
        String mode,
        @Nullable String upgradeUrl) {

    private static final String LIMIT = ".limit";
    private static final String REMAINING = ".remaining";

    private static final String BY_RULE = "TARGETING_MATCH";
    private static final String SWITCHED_OFF = "DISABLED";

    /** The limits whose use has to be read to evaluate a flag. */
    static List<Limit> needed(StoreEntitlements entitlements, String key, Instant now) {
        if (holdsFeature(entitlements, key)) {
            return entitlements.limits(key, now);
        }
        return key.endsWith(REMAINING)
                ? entitlements.limit(stem(key, REMAINING), now).map(List::of).orElse(List.of())
                : List.of();
    }

    private StoreEntitlements entitlements() {
        return asker.entitlements();
    }

    /** One flag; empty where there is none of that key. */
    Optional<Flag> one(String key) {
        if (holdsFeature(entitlements(), key)) {
            return Optional.of(feature(key));
        }
        var ofLimit = key.endsWith(LIMIT) ? LIMIT : key.endsWith(REMAINING) ? REMAINING : null;
        return ofLimit == null
                ? Optional.empty()
                : known(stem(key, ofLimit))
                        .map(limit -> ofLimit.equals(LIMIT) ? limit(key, limit) : remaining(key, limit));
    }

    /** Every flag of the store's plan. */
    List<Flag> all() {
        List<Flag> flags = new ArrayList<>();
        for (var feature : asker.features()) {
            flags.add(feature(feature.ref().code()));
        }
        for (var code : new TreeSet<>(entitlements().catalogue().limits())) {
            known(code).ifPresent(limit -> {
                flags.add(limit(code + LIMIT, limit));
                flags.add(remaining(code + REMAINING, limit));
            });
        }
        return flags;
    }

    private static boolean holdsFeature(StoreEntitlements entitlements, String key) {
        return entitlements
                .catalogue()
                .feature(key)
                .filter(feature -> feature.plan().equals(entitlements.store().plan()))
                .isPresent();
    }

    private static String stem(String key, String suffix) {
        return key.substring(0, key.length() - suffix.length());
    }

    /** As it binds the store; a limit of the plan that does not bind it has no bound. */
    private Optional<Limit> known(String code) {
        return entitlements()
                .limit(code, now)
                .or(() -> entitlements()
                        .catalogue()
                        .limit(code)
                        .filter(limit ->
                                limit.featureCode().isEmpty() || holdsFeature(entitlements(), limit.featureCode()))
                        .map(Evaluator::withoutBound));
    }

    private static Limit withoutBound(Limit limit) {
        return new Limit(
                limit.code(), limit.featureCode(), limit.name(), limit.window(), limit.scope(), Limit.UNLIMITED);
    }

    private Flag feature(String code) {
        var answer = asker.answer(code, now);
        var metadata = metadata();
        var refusal = answer.refusal();
        if (refusal == null) {
            fewestLeft(code).ifPresent(left -> metadata.put("remaining", left));
        } else {
            metadata.put("reason", refusal.reason().code());
            if (refusal.requiredTier() != null) {
                metadata.put("required_tier", refusal.requiredTier().name());
            }
            if (upgradeUrl != null) {
                metadata.put("upgrade_url", upgradeUrl);
            }
        }
        var reason = answer.availability().source() == Availability.Source.INACTIVE ? SWITCHED_OFF : BY_RULE;
        return Flag.of(code, answer.allowed(), reason, answer.allowed() ? "enabled" : "disabled", metadata);
    }

    /** Of the limits of a feature, the units that the tightest has left. */
    private Optional<Long> fewestLeft(String feature) {
        Long fewest = null;
        for (var limit : entitlements().limits(feature, now)) {
            var used = usage.get(limit.code());
            if (used != null && !limit.unlimited() && (fewest == null || used.remaining() < fewest)) {
                fewest = used.remaining();
            }
        }
        return Optional.ofNullable(fewest);
    }

    private Flag limit(String key, Limit limit) {
        return Flag.of(key, limit.value(), BY_RULE, variant(limit), metadata());
    }

    private Flag remaining(String key, Limit limit) {
        if (limit.unlimited()) {
            return Flag.of(key, Limit.UNLIMITED, BY_RULE, variant(limit), metadata());
        }
        var used = usage.get(limit.code());
        if (used != null) {
            return Flag.of(key, used.remaining(), BY_RULE, variant(limit), metadata());
        }
        return limit.scope() == Limit.Scope.USER
                ? Flag.failed(key, ErrorCode.TARGETING_KEY_MISSING, "This limit counts users, and none is known")
                : Flag.failed(key, ErrorCode.GENERAL, "The usage counters do not answer");
    }

    private static String variant(Limit limit) {
        return limit.unlimited() ? "unlimited" : "limited";
    }

    private Map<String, Object> metadata() {
        Map<String, Object> metadata = new LinkedHashMap<>();
        metadata.put("gating_mode", mode);
        return metadata;
    }
}
