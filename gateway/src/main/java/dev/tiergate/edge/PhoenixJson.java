package dev.tiergate.edge;

import dev.tiergate.edge.Refusals.Context;
import dev.tiergate.plugin.Refuse;
import dev.tiergate.plugin.TierRef;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The members of a refusal's JSON as clients of Phoenix know them, with the texts that its pages show. */
public final class PhoenixJson {

    /** Where Phoenix sends those who are not signed in. */
    private static final String LOGIN = "/login";

    private PhoenixJson() {}

    static Map<String, @Nullable Object> of(Refuse refuse, Context context) {
        return switch (refuse.reason().status()) {
            case 401 -> login();
            case 403 -> forbidden(refuse, context);
            case 429 -> limit(refuse, context);
            default -> other(refuse);
        };
    }

    private static Map<String, @Nullable Object> login() {
        Map<String, @Nullable Object> members = start("Authentication required", "AUTH_REQUIRED");
        members.put("redirect", LOGIN);
        return members;
    }

    private static Map<String, @Nullable Object> forbidden(Refuse refuse, Context context) {
        if (refuse.reason().code().equals("model_not_allowed")) {
            return model(refuse, context);
        }
        return refuse.reason().code().equals("tier_too_low") && refuse.feature() == null
                ? tier(refuse, context)
                : feature(refuse, context);
    }

    private static Map<String, @Nullable Object> feature(Refuse refuse, Context context) {
        Map<String, @Nullable Object> members = start("Feature access denied", "ACCESS_DENIED");
        members.put("feature_id", featureCode(refuse));
        members.put("reason", reason(refuse));
        members.put("upgrade_url", context.filledUpgradeUrl());
        return members;
    }

    private static Map<String, @Nullable Object> tier(Refuse refuse, Context context) {
        Map<String, @Nullable Object> members = start("Subscription upgrade required", "TIER_REQUIRED");
        members.put(
                "required_tier",
                refuse.requiredTier() == null ? null : refuse.requiredTier().code());
        members.put("message", reason(refuse));
        members.put("upgrade_url", context.filledUpgradeUrl());
        return members;
    }

    private static Map<String, @Nullable Object> model(Refuse refuse, Context context) {
        Map<String, @Nullable Object> members = start("Model access denied", "MODEL_DENIED");
        members.put("requested_model", RefusalJson.plain(refuse.members().get("requested_model")));
        members.put("available_models", RefusalJson.plain(refuse.members().get("available_models")));
        members.put("message", refuse.detail());
        members.put("upgrade_url", context.filledUpgradeUrl());
        return members;
    }

    private static Map<String, @Nullable Object> limit(Refuse refuse, Context context) {
        Map<String, @Nullable Object> members = start("Usage limit exceeded", "LIMIT_EXCEEDED");
        members.put("feature_id", featureCode(refuse));
        members.put("message", limitText(refuse));
        for (String name : new String[] {"limit", "current", "remaining"}) {
            members.put(name, RefusalJson.plain(refuse.members().get(name)));
        }
        members.put("upgrade_url", context.filledUpgradeUrl());
        return members;
    }

    private static Map<String, @Nullable Object> other(Refuse refuse) {
        Map<String, @Nullable Object> members =
                start(RefusalJson.title(refuse), refuse.reason().code().toUpperCase(Locale.ROOT));
        members.put("message", refuse.detail());
        return members;
    }

    private static Map<String, @Nullable Object> start(String error, String code) {
        Map<String, @Nullable Object> members = new LinkedHashMap<>();
        members.put("error", error);
        members.put("code", code);
        return members;
    }

    private static @Nullable String featureCode(Refuse refuse) {
        return refuse.feature() == null ? null : refuse.feature().code();
    }

    /** Why a feature cannot be used, in one sentence for people. */
    public static String reason(Refuse refuse) {
        TierRef tier = refuse.requiredTier();
        if (refuse.reason().code().equals("tier_too_low") && tier != null) {
            return "This feature requires " + tier.code() + " subscription";
        }
        return refuse.detail();
    }

    private static String limitText(Refuse refuse) {
        Object limit = refuse.members().get("limit");
        if (!(limit instanceof Number number)) {
            return refuse.detail();
        }
        Object type = refuse.members().get("limit_type");
        String what = refuse.feature() != null
                ? refuse.feature().name().toLowerCase(Locale.ROOT)
                : String.valueOf(type).replace('_', ' ');
        String reached = "You've reached your " + rhythm(refuse.members().get("window")) + "limit of "
                + number.longValue() + " " + what + ".";
        TierRef tier = refuse.requiredTier();
        return tier == null ? reached : reached + " Upgrade to " + tier.name() + " for unlimited access.";
    }

    private static String rhythm(@Nullable Object window) {
        return switch (String.valueOf(window)) {
            case "hour" -> "hourly ";
            case "day" -> "daily ";
            case "week" -> "weekly ";
            case "month", "period" -> "monthly ";
            default -> "";
        };
    }
}
