package dev.tiergate.entitlement;

import dev.tiergate.entitlement.CatalogueRows.Assignment;
import dev.tiergate.entitlement.CatalogueRows.FeatureRow;
import dev.tiergate.entitlement.CatalogueRows.LimitRow;
import dev.tiergate.entitlement.CatalogueRows.ModelGroup;
import dev.tiergate.entitlement.CatalogueRows.TierLimit;
import dev.tiergate.entitlement.CatalogueRows.TierModelGroup;
import dev.tiergate.entitlement.CatalogueRows.TierRow;
import dev.tiergate.plugin.Limit;
import dev.tiergate.routes.yaml.Position;
import dev.tiergate.routes.yaml.Yaml;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Reads the tree of a catalogue file into rows; every problem with its place. */
final class CatalogueFileReader {

    private static final Set<String> KINDS = Set.of("binary", "quantitative");
    private static final Set<String> WINDOWS = names(Limit.Window.values());
    private static final Set<String> SCOPES = names(Limit.Scope.values());

    private final CatalogueProblems problems;
    private final Map<String, TierRow> tiers = new LinkedHashMap<>();
    private final Map<String, ModelGroup> groups = new LinkedHashMap<>();
    private final Map<String, FeatureRow> features = new LinkedHashMap<>();
    private final Map<String, LimitRow> limits = new LinkedHashMap<>();
    private final List<Assignment> assignments = new ArrayList<>();
    private final List<TierLimit> tierLimits = new ArrayList<>();
    private final List<TierModelGroup> tierGroups = new ArrayList<>();
    private final Map<String, Position> places = new HashMap<>();
    private String plan = "";

    CatalogueFileReader(CatalogueProblems problems) {
        this.problems = problems;
    }

    private static Set<String> names(Enum<?>[] constants) {
        return Stream.of(constants)
                .map(constant -> constant.name().toLowerCase(Locale.ROOT))
                .collect(Collectors.toUnmodifiableSet());
    }

    CatalogueRows read(@Nullable Yaml root) {
        var top = new FileSection(problems, "the file", root);
        top.only("version", "plan", "tiers", "model-groups", "features", "limits");
        if (top.integer("version", 0) != 1) {
            top.problem("version", "version has to be 1");
        }
        plan = top.code("plan");
        top.sections("model-groups", "model group").forEach(this::modelGroup);
        top.sections("tiers", "tier").forEach(this::tier);
        var sections = top.sections("features", "feature");
        sections.forEach(this::feature);
        sections.forEach(this::dependencies);
        top.sections("limits", "limit").forEach(limit -> limit(limit, null, List.copyOf(tiers.keySet())));
        return new CatalogueRows(
                0,
                List.copyOf(tiers.values()),
                List.copyOf(features.values()),
                assignments,
                List.copyOf(limits.values()),
                tierLimits,
                List.copyOf(groups.values()),
                tierGroups,
                null);
    }

    private void modelGroup(FileSection section) {
        section.only("code", "name", "models");
        var code = section.newCode("code", groups.keySet());
        groups.put(code, new ModelGroup(plan, code, section.name("name", code), section.texts("models")));
    }

    private void tier(FileSection section) {
        section.only(
                "code",
                "name",
                "description",
                "order",
                "monthly-cents",
                "annual-cents",
                "active",
                "public",
                "model-groups");
        var code = section.newCode("code", tiers.keySet());
        int order = (int) section.integer("order", tiers.size() + 1);
        if (tiers.values().stream().anyMatch(other -> other.order() == order)) {
            section.problem("order", "two tiers have the order " + order);
        }
        tiers.put(
                code,
                new TierRow(
                        plan,
                        code,
                        section.name("name", code),
                        section.text("description", ""),
                        order,
                        section.amount("monthly-cents"),
                        section.amount("annual-cents"),
                        section.yes("active", true),
                        section.yes("public", true)));
        for (var group : section.texts("model-groups")) {
            section.known("model-groups", "model group", group, groups.keySet());
            tierGroups.add(new TierModelGroup(plan, code, group));
        }
    }

    private void feature(FileSection section) {
        section.only(
                "code",
                "name",
                "description",
                "category",
                "kind",
                "minimum-tier",
                "tiers",
                "active",
                "beta",
                "depends-on",
                "model-group",
                "limits");
        var code = section.newCode("code", features.keySet());
        places.put(code, section.at("code"));
        var holders = holders(section);
        var group = section.text("model-group", "");
        if (!group.isEmpty()) {
            section.known("model-group", "model group", group, groups.keySet());
        }
        var ownLimits = section.sections("limits", "limit");
        var kind = section.text("kind", ownLimits.isEmpty() ? "binary" : "quantitative");
        section.oneOf("kind", kind, KINDS);
        features.put(
                code,
                new FeatureRow(
                        plan,
                        code,
                        section.name("name", code),
                        section.text("description", ""),
                        section.code("category"),
                        kind,
                        lowest(holders),
                        section.yes("active", true),
                        section.yes("beta", false),
                        section.texts("depends-on"),
                        group.isEmpty() ? null : group));
        holders.forEach(tier -> assignments.add(new Assignment(plan, tier, code)));
        ownLimits.forEach(limit -> limit(limit, code, holders));
    }

    /** From a minimum tier upward, or the tiers that are listed; none where neither is said. */
    private List<String> holders(FileSection section) {
        if (section.has("minimum-tier") && section.has("tiers")) {
            section.problem("tiers", "say minimum-tier or tiers, not both");
        }
        if (section.has("tiers")) {
            var listed = section.texts("tiers");
            listed.forEach(tier -> section.known("tiers", "tier", tier, tiers.keySet()));
            return listed.stream().filter(tiers::containsKey).toList();
        }
        var minimum = section.text("minimum-tier", "");
        if (minimum.isEmpty()) {
            return List.of();
        }
        section.known("minimum-tier", "tier", minimum, tiers.keySet());
        var from = tiers.get(minimum);
        return from == null
                ? List.of()
                : tiers.keySet().stream()
                        .filter(tier -> order(tier) >= from.order())
                        .toList();
    }

    private @Nullable String lowest(Collection<String> holders) {
        return holders.stream().min(Comparator.comparingInt(this::order)).orElse(null);
    }

    private int order(String tier) {
        var row = tiers.get(tier);
        return row == null ? 0 : row.order();
    }

    private void dependencies(FileSection section) {
        section.texts("depends-on")
                .forEach(needed -> section.known("depends-on", "feature", needed, features.keySet()));
    }

    private void limit(FileSection section, @Nullable String feature, List<String> holders) {
        section.only("code", "name", "window", "scope", "values");
        var code = section.newCode("code", limits.keySet());
        var window = section.text("window", "");
        section.oneOf("window", window, WINDOWS);
        var scope = section.text("scope", "store");
        section.oneOf("scope", scope, SCOPES);
        limits.put(code, new LimitRow(plan, code, feature, section.name("name", code), window, scope));
        section.amounts("values").forEach((tier, value) -> {
            section.known("values", "tier", tier, tiers.keySet());
            if (tiers.containsKey(tier) && !holders.contains(tier)) {
                section.problem("values", "tier '" + tier + "' does not hold the feature '" + feature + "'");
            }
            tierLimits.add(new TierLimit(plan, tier, code, value));
        });
    }

    String plan() {
        return plan;
    }

    /** Where a feature, or a limit, stands. */
    Position placeOf(String code) {
        return places.getOrDefault(code, Position.START);
    }
}
