package dev.tiergate.entitlement;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Rows as PostgreSQL writes them in JSON. Whatever stands in them, one bad row fails no read. */
final class JsonRows {

    /** Of an override's limit: none that is believed. */
    private static final Long NO_AMOUNT = Long.MIN_VALUE;

    private JsonRows() {}

    /**
     * @param gatingMode null where none is set
     * @param table the rows of a table, by its name; null for none
     */
    static CatalogueRows catalogue(
            long revision, @Nullable String gatingMode, Function<String, @Nullable JsonArray> table) {
        return new CatalogueRows(
                revision,
                each(table.apply("tiers"), JsonRows::tier),
                each(table.apply("features"), JsonRows::feature),
                each(table.apply("tier_features"), JsonRows::assignment),
                each(table.apply("limits"), JsonRows::limit),
                each(table.apply("tier_limits"), JsonRows::tierLimit),
                each(table.apply("model_groups"), JsonRows::modelGroup),
                each(table.apply("tier_model_groups"), JsonRows::tierModelGroup),
                gatingMode);
    }

    static <T> List<T> each(@Nullable JsonArray array, Function<JsonObject, T> reader) {
        return array == null
                ? List.of()
                : array.stream()
                        .map(JsonObject.class::cast)
                        .map(Objects::requireNonNull)
                        .map(reader)
                        .toList();
    }

    private static CatalogueRows.TierRow tier(JsonObject row) {
        return new CatalogueRows.TierRow(
                row.getString("plan"),
                row.getString("code"),
                row.getString("name"),
                text(row, "description"),
                (int) Objects.requireNonNullElse(whole(row.getValue("display_order")), 0L)
                        .longValue(),
                whole(row.getValue("price_monthly_cents")),
                whole(row.getValue("price_annual_cents")),
                yes(row, "is_active"),
                yes(row, "is_public"));
    }

    private static CatalogueRows.FeatureRow feature(JsonObject row) {
        return new CatalogueRows.FeatureRow(
                row.getString("plan"),
                row.getString("code"),
                row.getString("name"),
                text(row, "description"),
                row.getString("category"),
                row.getString("kind"),
                row.getString("minimum_tier_code"),
                yes(row, "is_active"),
                yes(row, "is_beta"),
                texts(row, "dependencies"),
                row.getString("model_group"));
    }

    private static CatalogueRows.Assignment assignment(JsonObject row) {
        return new CatalogueRows.Assignment(
                row.getString("plan"), row.getString("tier_code"), row.getString("feature_code"));
    }

    private static CatalogueRows.LimitRow limit(JsonObject row) {
        return new CatalogueRows.LimitRow(
                row.getString("plan"),
                row.getString("code"),
                row.getString("feature_code"),
                row.getString("name"),
                row.getString("window"),
                row.getString("scope"));
    }

    private static CatalogueRows.TierLimit tierLimit(JsonObject row) {
        return new CatalogueRows.TierLimit(
                row.getString("plan"),
                row.getString("tier_code"),
                row.getString("limit_code"),
                whole(row.getValue("limit_value")));
    }

    private static CatalogueRows.ModelGroup modelGroup(JsonObject row) {
        return new CatalogueRows.ModelGroup(
                row.getString("plan"), row.getString("code"), row.getString("name"), texts(row, "models"));
    }

    private static CatalogueRows.TierModelGroup tierModelGroup(JsonObject row) {
        return new CatalogueRows.TierModelGroup(
                row.getString("plan"), row.getString("tier_code"), row.getString("group_code"));
    }

    static StoreRow store(
            JsonObject row,
            List<StoreRow.OverrideRow> overrides,
            List<StoreRow.GrantRow> grants,
            @Nullable JsonObject roles,
            @Nullable JsonArray optIns) {
        return new StoreRow(
                row.getString("external_id"),
                row.getString("code"),
                row.getString("name"),
                row.getString("plan"),
                row.getString("tier_code"),
                row.getString("status"),
                row.getString("time_zone"),
                Texts.instant(row.getString("period_anchor")),
                overrides,
                roles == null ? Map.of() : roles(roles),
                grants,
                Set.copyOf(texts(optIns)));
    }

    private static Map<String, Set<String>> roles(JsonObject features) {
        return features.fieldNames().stream()
                .collect(Collectors.toUnmodifiableMap(code -> code, code -> Set.copyOf(texts(features, code))));
    }

    static StoreRow.OverrideRow override(JsonObject row) {
        return new StoreRow.OverrideRow(
                row.getString("feature_code"),
                row.getBoolean("enabled"),
                row.getString("expires_at"),
                amounts(row.getJsonObject("limits")));
    }

    static StoreRow.GrantRow grant(JsonObject row) {
        return new StoreRow.GrantRow(
                row.getString("id"),
                row.getString("limit_code"),
                whole(row.getValue("amount")),
                whole(row.getValue("priority")),
                row.getString("expires_at"));
    }

    private static Map<String, Long> amounts(@Nullable JsonObject limits) {
        var all = new HashMap<String, Long>();
        if (limits != null) {
            limits.forEach(
                    entry -> all.put(entry.getKey(), Objects.requireNonNullElse(whole(entry.getValue()), NO_AMOUNT)));
        }
        return all;
    }

    /** Null for what is no number of 64 bits, such as {@code NaN} or half a unit. */
    private static @Nullable Long whole(@Nullable Object value) {
        return value instanceof Integer || value instanceof Long ? Long.valueOf(((Number) value).longValue()) : null;
    }

    private static String text(JsonObject row, String column) {
        return Objects.requireNonNullElse(row.getString(column), "");
    }

    private static boolean yes(JsonObject row, String column) {
        return Boolean.TRUE.equals(row.getBoolean(column));
    }

    private static List<String> texts(JsonObject row, String column) {
        return texts(row.getJsonArray(column));
    }

    private static List<String> texts(@Nullable JsonArray array) {
        return array == null
                ? List.of()
                : array.stream().filter(Objects::nonNull).map(Object::toString).toList();
    }
}
