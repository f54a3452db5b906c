package dev.tiergate.entitlement;

import dev.tiergate.entitlement.Catalogue.Feature;
import dev.tiergate.entitlement.Catalogue.Holdings;
import dev.tiergate.entitlement.Catalogue.ModelGroup;
import dev.tiergate.entitlement.Catalogue.Tier;
import dev.tiergate.plugin.FeatureRef;
import dev.tiergate.plugin.Limit;
import dev.tiergate.plugin.TierRef;
import dev.tiergate.routes.Mode;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Turns rows into a catalogue, leaving out row by row what makes no sense. The schema keeps such rows from being written;
 * this is for a schema that was bypassed.
 */
final class CatalogueReader {

    private final CatalogueRows rows;
    private final RejectedRows rejected;
    private final Map<String, List<Tier>> tiers = new HashMap<>();
    private final Map<String, Feature> features = new LinkedHashMap<>();
    private final Map<String, Limit> limits = new LinkedHashMap<>();
    private final Map<String, String> planOfLimit = new HashMap<>();
    private final Map<String, ModelGroup> groups = new LinkedHashMap<>();
    /** By table and key: a row that only names one of these is not at fault itself. */
    private final Set<String> leftOut = new HashSet<>();

    CatalogueReader(CatalogueRows rows, RejectedRows rejected) {
        this.rows = rows;
        this.rejected = rejected;
    }

    Catalogue read() {
        rows.tiers().forEach(this::tier);
        rows.modelGroups().forEach(this::group);
        rows.features().forEach(this::feature);
        cyclic().forEach(code -> {
            features.remove(code);
            reject("features", code, "depends on itself");
        });
        rows.limits().forEach(this::limit);
        var holdings = new Holdings(assignments(), tierLimits(), tierGroups());
        return new Catalogue(rows.revision(), gatingMode(), features, limits, groups, tiers, holdings);
    }

    /** A mode that cannot be read caps nothing, as a missing row does. */
    private Mode gatingMode() {
        if (rows.gatingMode() != null) {
            for (Mode mode : Mode.values()) {
                if (mode.name().equalsIgnoreCase(rows.gatingMode())) {
                    return mode;
                }
            }
            reject("gating", rows.gatingMode(), "is no mode");
        }
        return Mode.ENFORCE;
    }

    private void tier(CatalogueRows.TierRow row) {
        var why = Texts.codeFault(row.plan(), row.code(), row.name());
        if (why == null && known(row.plan(), row.code())) {
            why = "stands there twice";
        }
        if (why != null) {
            reject("tiers", row.plan() + "/" + row.code(), why);
            return;
        }
        var plan = Objects.requireNonNull(row.plan());
        var ref = new TierRef(Objects.requireNonNull(row.code()), Objects.requireNonNull(row.name()), row.order());
        tiers.computeIfAbsent(plan, p -> new ArrayList<>())
                .add(new Tier(
                        ref,
                        plan,
                        row.description(),
                        row.active() && row.offered(),
                        row.monthlyCents(),
                        row.annualCents()));
    }

    private void group(CatalogueRows.ModelGroup row) {
        var why = Texts.codeFault(row.plan(), row.code(), row.name());
        if (why != null) {
            reject("model_groups", String.valueOf(row.code()), why);
            return;
        }
        var code = Objects.requireNonNull(row.code());
        var models = row.models().stream()
                .filter(Objects::nonNull)
                .map(model -> model.toLowerCase(Locale.ROOT))
                .collect(Collectors.toUnmodifiableSet());
        groups.put(code, new ModelGroup(code, Objects.requireNonNull(row.plan()), models));
    }

    private void feature(CatalogueRows.FeatureRow row) {
        var why = Texts.codeFault(row.plan(), row.code(), row.name());
        if (why == null && features.containsKey(row.code())) {
            why = "stands there twice";
        }
        if (why == null && row.modelGroup() != null && !groups.containsKey(row.modelGroup())) {
            why = "names a model group that is not there";
        }
        if (why != null) {
            reject("features", String.valueOf(row.code()), why);
            return;
        }
        var code = Objects.requireNonNull(row.code());
        features.put(
                code,
                new Feature(
                        new FeatureRef(code, Objects.requireNonNull(row.name())),
                        Objects.requireNonNull(row.plan()),
                        row.description(),
                        Objects.requireNonNullElse(row.category(), ""),
                        "quantitative".equals(row.kind()),
                        row.minimumTier(),
                        row.active(),
                        row.beta(),
                        List.copyOf(row.dependencies()),
                        row.modelGroup()));
    }

    private Set<String> cyclic() {
        return features.keySet().stream().filter(this::reachesItself).collect(Collectors.toUnmodifiableSet());
    }

    private boolean reachesItself(String code) {
        var seen = new HashSet<String>();
        var open = new ArrayList<>(dependenciesOf(code));
        while (!open.isEmpty()) {
            var next = open.remove(open.size() - 1);
            if (next.equals(code)) {
                return true;
            }
            if (seen.add(next)) {
                open.addAll(dependenciesOf(next));
            }
        }
        return false;
    }

    private List<String> dependenciesOf(String code) {
        var feature = features.get(code);
        return feature == null ? List.of() : feature.dependencies();
    }

    private void limit(CatalogueRows.LimitRow row) {
        var window = constant(Limit.Window.class, row.window());
        var scope = constant(Limit.Scope.class, row.scope());
        var why = Texts.codeFault(row.plan(), row.code(), row.name());
        if (why == null && window == null) {
            why = "has no such window";
        }
        if (why == null && scope == null) {
            why = "has no such scope";
        }
        if (why == null && row.feature() != null && !features.containsKey(row.feature())) {
            dangling("limits", row.code(), "features", row.feature());
            return;
        }
        if (why != null || window == null || scope == null) {
            reject("limits", String.valueOf(row.code()), String.valueOf(why));
            return;
        }
        var code = Objects.requireNonNull(row.code());
        var feature = Objects.requireNonNullElse(row.feature(), "");
        limits.put(code, new Limit(code, feature, Objects.requireNonNull(row.name()), window, scope, Limit.UNLIMITED));
        planOfLimit.put(code, Objects.requireNonNull(row.plan()));
    }

    private Map<String, Set<String>> assignments() {
        var all = new HashMap<String, Set<String>>();
        for (var row : rows.assignments()) {
            var feature = row.feature() == null ? null : features.get(row.feature());
            if (!known(row.plan(), row.tier())
                    || feature == null
                    || !feature.plan().equals(row.plan())) {
                dangling("tier_features", row.tier() + "/" + row.feature(), "features", row.feature());
                continue;
            }
            all.computeIfAbsent(row.plan() + "/" + row.tier(), tier -> new HashSet<>())
                    .add(feature.ref().code());
        }
        return all;
    }

    private Map<String, Map<String, Long>> tierLimits() {
        var all = new HashMap<String, Map<String, Long>>();
        for (var row : rows.tierLimits()) {
            var key = row.tier() + "/" + row.limit();
            if (row.limit() == null
                    || !known(row.plan(), row.tier())
                    || !Objects.equals(planOfLimit.get(row.limit()), row.plan())) {
                dangling("tier_limits", key, "limits", row.limit());
                continue;
            }
            var value = row.value();
            if (value == null || value < Limit.UNLIMITED) {
                reject("tier_limits", key, "has no such value; counts as 0");
                // without a row the tier would not be limited at all
                value = 0L;
            }
            all.computeIfAbsent(row.plan() + "/" + row.tier(), tier -> new HashMap<>())
                    .put(row.limit(), value);
        }
        return all;
    }

    private Map<String, Set<String>> tierGroups() {
        var all = new HashMap<String, Set<String>>();
        for (var row : rows.tierModelGroups()) {
            if (row.group() == null || !known(row.plan(), row.tier()) || !groups.containsKey(row.group())) {
                dangling("tier_model_groups", row.tier() + "/" + row.group(), "model_groups", row.group());
                continue;
            }
            all.computeIfAbsent(row.plan() + "/" + row.tier(), tier -> new HashSet<>())
                    .add(row.group());
        }
        return all;
    }

    private void reject(String table, String key, String why) {
        leftOut.add(table + " " + key);
        rejected.reject(table, key, why);
    }

    /** A row that names what is not there; where that was left out, its own fault was told. */
    private void dangling(String table, @Nullable String key, String named, @Nullable String code) {
        if (leftOut.contains(named + " " + code)) {
            leftOut.add(table + " " + key);
        } else {
            reject(table, String.valueOf(key), "names what is not there");
        }
    }

    private boolean known(@Nullable String plan, @Nullable String tier) {
        return plan != null
                && tiers.getOrDefault(plan, List.of()).stream()
                        .anyMatch(known -> known.ref().code().equals(tier));
    }

    private static <E extends Enum<E>> @Nullable E constant(Class<E> type, @Nullable String text) {
        for (E constant : type.getEnumConstants()) {
            if (constant.name().toLowerCase(Locale.ROOT).equals(text)) {
                return constant;
            }
        }
        return null;
    }
}
