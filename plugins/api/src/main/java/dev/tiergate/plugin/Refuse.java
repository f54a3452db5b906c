package dev.tiergate.plugin;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The request does not pass.
 *
 * @param reason what is wrong, for machines
 * @param detail what is wrong, in one sentence for people; holds nothing secret
 * @param feature the feature that was asked for; null where none is in question
 * @param requiredTier the cheapest tier that would let this request pass; null when none would
 * @param members what else the JSON answer says, in order, in snake_case: strings, numbers, booleans, lists, null
 * @param headers set on the answer
 */
public record Refuse(
        Reason reason,
        String detail,
        @Nullable FeatureRef feature,
        @Nullable TierRef requiredTier,
        Map<String, @Nullable Object> members,
        Map<String, String> headers)
        implements Decision {

    public static Refuse of(Reason reason, String detail) {
        return new Refuse(reason, detail, null, null, Map.of(), Map.of());
    }

    public Refuse withFeature(@Nullable FeatureRef next) {
        return new Refuse(reason, detail, next, requiredTier, members, headers);
    }

    public Refuse withRequiredTier(@Nullable TierRef next) {
        return new Refuse(reason, detail, feature, next, members, headers);
    }

    public Refuse withMember(String name, @Nullable Object value) {
        Map<String, @Nullable Object> all = new LinkedHashMap<>(members);
        all.put(name, value);
        return new Refuse(reason, detail, feature, requiredTier, all, headers);
    }

    public Refuse withHeader(String name, String value) {
        var all = new LinkedHashMap<String, String>(headers);
        all.put(name, value);
        return new Refuse(reason, detail, feature, requiredTier, members, all);
    }

    @Override
    public <T> T fold(Function<? super Allow, ? extends T> allow, Function<? super Refuse, ? extends T> refuse) {
        return refuse.apply(this);
    }
}
