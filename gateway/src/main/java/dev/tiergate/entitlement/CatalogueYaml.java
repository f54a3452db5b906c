package dev.tiergate.entitlement;

import dev.tiergate.entitlement.CatalogueRows.FeatureRow;
import dev.tiergate.entitlement.CatalogueRows.LimitRow;
import dev.tiergate.entitlement.CatalogueRows.ModelGroup;
import dev.tiergate.entitlement.CatalogueRows.TierRow;
import dev.tiergate.routes.yaml.CoreSchema;
import dev.tiergate.routes.yaml.Yaml;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Writes one plan's rows as a catalogue file: the same rows make the same text. What has its default is left out. */
final class CatalogueYaml {

    /** Text that no reader takes for anything else, within brackets too. */
    private static final Pattern PLAIN = Pattern.compile("[A-Za-z][A-Za-z0-9_./-]*( [A-Za-z0-9_./-]+)*");

    private final String plan;
    private final CatalogueRows rows;
    private final List<TierRow> tiers;
    private final StringBuilder out = new StringBuilder();

    private CatalogueYaml(String plan, CatalogueRows rows) {
        this.plan = plan;
        this.rows = rows;
        this.tiers = sorted(rows.tiers(), Comparator.comparingInt(TierRow::order));
    }

    static String write(String plan, CatalogueRows rows) {
        return new CatalogueYaml(plan, rows).write();
    }

    private String write() {
        out.append("# A catalogue, as `tiergate catalog import` reads it. A limit of -1 is unlimited.\n");
        key(0, "version", "1");
        key(0, "plan", scalar(plan));
        section("model-groups", sorted(rows.modelGroups(), by(ModelGroup::code)), this::modelGroup);
        section("tiers", tiers, this::tier);
        section(
                "features",
                sorted(rows.features(), by(FeatureRow::category).thenComparing(by(FeatureRow::code))),
                this::feature);
        section("limits", limitsOf(null), row -> limit(2, row));
        return out.toString();
    }

    private <T> void section(String name, List<T> items, Consumer<T> item) {
        if (!items.isEmpty()) {
            out.append('\n').append(name).append(":\n");
            items.forEach(item);
        }
    }

    private void modelGroup(ModelGroup row) {
        item("code", scalar(row.code()));
        key(4, "name", scalar(row.name()));
        key(4, "models", list(row.models()));
    }

    private void tier(TierRow row) {
        item("code", scalar(row.code()));
        key(4, "name", scalar(row.name()));
        unless(row.description().isEmpty(), "description", scalar(row.description()));
        key(4, "order", Integer.toString(row.order()));
        unless(row.monthlyCents() == null, "monthly-cents", String.valueOf(row.monthlyCents()));
        unless(row.annualCents() == null, "annual-cents", String.valueOf(row.annualCents()));
        unless(row.active(), "active", "false");
        unless(row.offered(), "public", "false");
        var groups = rows.tierModelGroups().stream()
                .filter(held -> Objects.equals(held.tier(), row.code()))
                .map(held -> String.valueOf(held.group()))
                .sorted()
                .toList();
        unless(groups.isEmpty(), "model-groups", list(groups));
    }

    private void feature(FeatureRow row) {
        var limits = limitsOf(row.code());
        item("code", scalar(row.code()));
        key(4, "name", scalar(row.name()));
        unless(row.description().isEmpty(), "description", scalar(row.description()));
        key(4, "category", scalar(row.category()));
        unless(Objects.equals(row.kind(), limits.isEmpty() ? "binary" : "quantitative"), "kind", scalar(row.kind()));
        holders(row);
        unless(row.active(), "active", "false");
        unless(!row.beta(), "beta", "true");
        unless(row.dependencies().isEmpty(), "depends-on", list(row.dependencies()));
        unless(row.modelGroup() == null, "model-group", scalar(row.modelGroup()));
        if (!limits.isEmpty()) {
            out.append("    limits:\n");
            limits.forEach(limit -> limit(6, limit));
        }
    }

    /** All from a minimum upward, else one by one. */
    private void holders(FeatureRow row) {
        var held = tiers.stream()
                .map(TierRow::code)
                .filter(tier -> rows.assignments().stream()
                        .anyMatch(assigned -> Objects.equals(assigned.tier(), tier)
                                && Objects.equals(assigned.feature(), row.code())))
                .map(String::valueOf)
                .toList();
        if (held.isEmpty()) {
            return;
        }
        var upward = tiers.stream()
                .map(tier -> String.valueOf(tier.code()))
                .dropWhile(tier -> !tier.equals(held.get(0)))
                .toList();
        if (held.equals(upward)) {
            key(4, "minimum-tier", scalar(held.get(0)));
        } else {
            key(4, "tiers", list(held));
        }
    }

    private void limit(int indent, LimitRow row) {
        out.append(" ".repeat(indent)).append("- { code: ").append(scalar(row.code()));
        out.append(", name: ").append(scalar(row.name()));
        out.append(", window: ").append(scalar(row.window()));
        if (!"store".equals(row.scope())) {
            out.append(", scope: ").append(scalar(row.scope()));
        }
        var values = tiers.stream()
                .flatMap(tier -> rows.tierLimits().stream()
                        .filter(value ->
                                Objects.equals(value.tier(), tier.code()) && Objects.equals(value.limit(), row.code())))
                .map(value -> scalar(value.tier()) + ": " + value.value())
                .toList();
        if (!values.isEmpty()) {
            out.append(", values: { ").append(String.join(", ", values)).append(" }");
        }
        out.append(" }\n");
    }

    private List<LimitRow> limitsOf(@Nullable String feature) {
        return rows.limits().stream()
                .filter(limit -> Objects.equals(limit.feature(), feature))
                .sorted(by(LimitRow::code))
                .toList();
    }

    private void item(String name, String value) {
        out.append("  - ").append(name).append(": ").append(value).append('\n');
    }

    private void key(int indent, String name, String value) {
        out.append(" ".repeat(indent)).append(name).append(": ").append(value).append('\n');
    }

    private void unless(boolean leftOut, String name, String value) {
        if (!leftOut) {
            key(4, name, value);
        }
    }

    private static String list(Collection<String> texts) {
        return texts.isEmpty()
                ? "[ ]"
                : "[ "
                        + String.join(
                                ", ", texts.stream().map(CatalogueYaml::scalar).toList()) + " ]";
    }

    /** Plain where that is safe, else in double quotes, where YAML 1.2 escapes as JSON does. */
    static String scalar(@Nullable String text) {
        var value = Objects.requireNonNullElse(text, "");
        if (PLAIN.matcher(value).matches() && CoreSchema.kind(value) == Yaml.Kind.TEXT) {
            return value;
        }
        var quoted = new StringBuilder("\"");
        value.codePoints().forEach(point -> {
            if (point == '"' || point == '\\') {
                quoted.append('\\').appendCodePoint(point);
            } else if (point < ' '
                    || (point >= 0x7f && point <= 0xa0)
                    || point == 0x2028
                    || point == 0x2029
                    || point == 0xfeff) {
                quoted.append(String.format("\\u%04x", point));
            } else {
                quoted.appendCodePoint(point);
            }
        });
        return quoted.append('"').toString();
    }

    private static <T> Comparator<T> by(Function<T, @Nullable String> key) {
        return Comparator.comparing(row -> String.valueOf(key.apply(row)));
    }

    private static <T> List<T> sorted(List<T> rows, Comparator<T> order) {
        return rows.stream().sorted(order).toList();
    }
}
