package dev.tiergate.entitlement;

import dev.tiergate.entitlement.CatalogueRows.Assignment;
import dev.tiergate.entitlement.CatalogueRows.FeatureRow;
import dev.tiergate.entitlement.CatalogueRows.LimitRow;
import dev.tiergate.entitlement.CatalogueRows.ModelGroup;
import dev.tiergate.entitlement.CatalogueRows.TierLimit;
import dev.tiergate.entitlement.CatalogueRows.TierModelGroup;
import dev.tiergate.entitlement.CatalogueRows.TierRow;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * A tier, feature, limit or model group of one plan with all that is said of it, as a catalogue file spells it, so that two
 * can be compared.
 *
 * @param attributes values by the file's keys; an empty text for what is not said
 * @param tiers those whose stores notice a change of it
 * @param feature of which an override brings it to stores of any tier; null for none
 */
record CatalogueEntry(
        Kind kind,
        String code,
        Map<String, String> attributes,
        Set<String> tiers,
        @Nullable String feature) {

    /** In the order in which one can name another. */
    enum Kind {
        MODEL_GROUP,
        TIER,
        FEATURE,
        LIMIT
    }

    /** What holds is named under this key, in a feature. */
    static final String TIERS = "tiers";

    /** Before the tier, in a limit. */
    static final String VALUES = "values.";

    /** All entries of a plan's rows, by kind, then as the rows have them. */
    static List<CatalogueEntry> all(CatalogueRows rows) {
        var entries = new ArrayList<CatalogueEntry>();
        rows.modelGroups().forEach(row -> entries.add(of(row, rows)));
        rows.tiers().forEach(row -> entries.add(of(row, rows)));
        rows.features().forEach(row -> entries.add(of(row, rows)));
        rows.limits().forEach(row -> entries.add(of(row, rows)));
        return entries;
    }

    private static CatalogueEntry of(ModelGroup row, CatalogueRows rows) {
        var attributes = new LinkedHashMap<String, String>();
        attributes.put("name", text(row.name()));
        attributes.put("models", String.join(", ", row.models()));
        var holders = where(rows.tierModelGroups(), TierModelGroup::group, row.code(), TierModelGroup::tier);
        return new CatalogueEntry(Kind.MODEL_GROUP, text(row.code()), attributes, holders, null);
    }

    private static CatalogueEntry of(TierRow row, CatalogueRows rows) {
        var attributes = new LinkedHashMap<String, String>();
        attributes.put("name", text(row.name()));
        attributes.put("description", row.description());
        attributes.put("order", Integer.toString(row.order()));
        attributes.put("monthly-cents", text(row.monthlyCents()));
        attributes.put("annual-cents", text(row.annualCents()));
        attributes.put("active", Boolean.toString(row.active()));
        attributes.put("public", Boolean.toString(row.offered()));
        attributes.put(
                "model-groups",
                list(where(rows.tierModelGroups(), TierModelGroup::tier, row.code(), TierModelGroup::group)));
        return new CatalogueEntry(Kind.TIER, text(row.code()), attributes, Set.of(text(row.code())), null);
    }

    private static CatalogueEntry of(FeatureRow row, CatalogueRows rows) {
        var holders = where(rows.assignments(), Assignment::feature, row.code(), Assignment::tier);
        var attributes = new LinkedHashMap<String, String>();
        attributes.put("name", text(row.name()));
        attributes.put("description", row.description());
        attributes.put("category", text(row.category()));
        attributes.put("kind", text(row.kind()));
        attributes.put(TIERS, list(holders));
        attributes.put("active", Boolean.toString(row.active()));
        attributes.put("beta", Boolean.toString(row.beta()));
        attributes.put("depends-on", String.join(", ", row.dependencies()));
        attributes.put("model-group", text(row.modelGroup()));
        return new CatalogueEntry(Kind.FEATURE, text(row.code()), attributes, holders, row.code());
    }

    private static CatalogueEntry of(LimitRow row, CatalogueRows rows) {
        var attributes = new LinkedHashMap<String, String>();
        attributes.put("feature", text(row.feature()));
        attributes.put("name", text(row.name()));
        attributes.put("window", text(row.window()));
        attributes.put("scope", text(row.scope()));
        rows.tierLimits().stream()
                .filter(value -> Objects.equals(value.limit(), row.code()))
                .forEach(value -> attributes.put(VALUES + value.tier(), text(value.value())));
        var holders = row.feature() == null
                ? where(rows.tierLimits(), TierLimit::limit, row.code(), TierLimit::tier)
                : where(rows.assignments(), Assignment::feature, row.feature(), Assignment::tier);
        return new CatalogueEntry(Kind.LIMIT, text(row.code()), attributes, holders, row.feature());
    }

    private static <T> Set<String> where(
            List<T> rows,
            Function<T, @Nullable String> key,
            @Nullable String wanted,
            Function<T, @Nullable String> value) {
        return rows.stream()
                .filter(row -> Objects.equals(key.apply(row), wanted))
                .map(row -> text(value.apply(row)))
                .collect(Collectors.toCollection(TreeSet::new));
    }

    private static String list(Collection<String> codes) {
        return String.join(", ", codes);
    }

    private static String text(@Nullable Object value) {
        return Objects.toString(value, "");
    }
}
