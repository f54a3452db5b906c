package dev.tiergate.routes;

import dev.tiergate.routes.yaml.Yaml;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** Holds codes against the catalogue, where there is one at hand. */
final class CodeCheck {

    private final @Nullable CatalogueCodes codes;
    private final Problems problems;
    private Set<String> quotas = Set.of();

    CodeCheck(@Nullable CatalogueCodes codes, Problems problems) {
        this.codes = codes;
        this.problems = problems;
    }

    void tier(Yaml.Scalar code) {
        if (codes != null) {
            check(code, "tier", codes.tiers());
        }
    }

    /** The tier in {@code tier:CODE}. */
    void tierAfterPrefix(Yaml.Scalar scalar, String code) {
        if (codes != null) {
            check(scalar, "tier", code, codes.tiers());
        }
    }

    void feature(Yaml.Scalar code) {
        if (codes != null) {
            check(code, "feature", codes.features());
        }
    }

    void modelGroup(Yaml.Scalar code) {
        if (codes != null) {
            check(code, "model group", codes.modelGroups());
        }
    }

    void limit(Yaml.Scalar code) {
        if (codes != null && !quotas.contains(code.text())) {
            Set<String> known = new TreeSet<>(codes.limits());
            known.addAll(quotas);
            check(code, "limit", known);
        }
    }

    /** @param named codes of limits that plugins count, which no catalogue has */
    void quotas(Set<String> named) {
        quotas = named;
    }

    void quota(Yaml.Entry quota) {
        if (codes != null && codes.limits().contains(quota.key())) {
            problems.error(
                    quota.keyAt(), "the catalogue has a limit '" + quota.key() + "' already; choose another code");
        }
    }

    /** True for a limit that a plugin counts. */
    boolean isQuota(String limit) {
        return quotas.contains(limit);
    }

    /** True for a limit that is known to be a balance. */
    boolean credits(String limit) {
        return codes != null && codes.creditLimits().contains(limit);
    }

    private void check(Yaml.Scalar scalar, String what, Set<String> known) {
        check(scalar, what, scalar.text(), known);
    }

    private void check(Yaml.Scalar scalar, String what, String code, Set<String> known) {
        if (!known.contains(code)) {
            String name =
                    scalar.origin().fromEnvironment() ? "of the name that the environment gives" : "'" + code + "'";
            problems.error(scalar.at(), "the catalogue has no " + what + " " + name + Nearest.hint(code, known));
        }
    }
}
