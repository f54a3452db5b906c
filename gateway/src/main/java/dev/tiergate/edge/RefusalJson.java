package dev.tiergate.edge;

import dev.tiergate.edge.Refusals.Context;
import dev.tiergate.plugin.Refuse;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The members of a refusal's JSON in the gateway's own dialect and in that of RFC 9457, in their order. */
final class RefusalJson {

    /** A tag URI (RFC 4151), which RFC 9457 suggests for types that cannot be looked up. */
    private static final String TAG = "tag:tiergate.dev,2026:";

    private RefusalJson() {}

    /** 403 and 429 tell what to upgrade to; the first four members are those that clients of old know. */
    static Map<String, @Nullable Object> orion(Refuse refuse, Context context) {
        Map<String, @Nullable Object> members = new LinkedHashMap<>();
        members.put("detail", refuse.detail());
        putFacts(members, refuse, context);
        return members;
    }

    /** RFC 9457, with the facts of {@link #orion} as extension members. */
    static Map<String, @Nullable Object> problem(Refuse refuse, Context context) {
        Map<String, @Nullable Object> members = new LinkedHashMap<>();
        members.put("type", TAG + refuse.reason().code());
        members.put("title", title(refuse));
        members.put("status", refuse.reason().status());
        members.put("detail", refuse.detail());
        members.put("instance", TAG + "request/" + context.requestId());
        putFacts(members, refuse, context);
        return members;
    }

    private static void putFacts(Map<String, @Nullable Object> members, Refuse refuse, Context context) {
        boolean ofEntitlement = ofEntitlement(refuse);
        if (ofEntitlement) {
            members.put(
                    "feature_code",
                    refuse.feature() == null ? null : refuse.feature().code());
            members.put(
                    "required_tier",
                    refuse.requiredTier() == null ? null : refuse.requiredTier().name());
            members.put("upgrade_url", context.filledUpgradeUrl());
        }
        members.put("reason", refuse.reason().code());
        if (ofEntitlement) {
            members.put(
                    "current_tier",
                    context.currentTier() == null ? null : context.currentTier().name());
        }
        members.put("request_id", context.requestId());
        refuse.members().forEach((name, value) -> members.putIfAbsent(name, plain(value)));
    }

    /** True for the refusals that say what a store may not do, rather than what is wrong with a request or with us. */
    static boolean ofEntitlement(Refuse refuse) {
        return refuse.reason().status() == 403 || refuse.reason().status() == 429;
    }

    /** The reason in words, "Tier too low". */
    static String title(Refuse refuse) {
        String words = refuse.reason().code().replace('_', ' ');
        return words.isEmpty() ? words : Character.toUpperCase(words.charAt(0)) + words.substring(1);
    }

    /** What a JSON writer takes: lists for collections, text for what it does not know. */
    static @Nullable Object plain(@Nullable Object value) {
        if (value == null || value instanceof Number || value instanceof Boolean) {
            return value;
        }
        if (value instanceof Collection<?> all) {
            List<@Nullable Object> list = new ArrayList<>();
            all.forEach(element -> list.add(plain(element)));
            return list;
        }
        if (value instanceof Map<?, ?> map) {
            Map<String, @Nullable Object> object = new LinkedHashMap<>();
            map.forEach((name, element) -> object.put(String.valueOf(name), plain(element)));
            return object;
        }
        return value.toString();
    }
}
