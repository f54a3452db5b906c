package dev.tiergate.routes;

import dev.tiergate.routes.yaml.Yaml;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Holds codes against the catalogue, where there is one at hand. */
final class CodeCheck {

    private final @Nullable CatalogueCodes codes;
    private final Problems problems;

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
        if (codes == null) {
            return;
        }
        check(code, "limit", codes.limits());
        if (codes.creditLimits().contains(code.text())) {
            problems.error(code.at(), "charging credits comes later; this version does not have it, so remove it");
        }
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
