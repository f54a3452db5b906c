package dev.tiergate.routes;

import dev.tiergate.routes.yaml.Yaml;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Puts the environment into scalars: {@code ${NAME}}, or {@code ${NAME:-default}} where the variable may be unset or
 * empty. It works on the tree, so that no value can add keys, lists or comments to the file.
 */
final class Substitution {

    private static final Pattern REFERENCE = Pattern.compile("\\$\\{([A-Za-z_][A-Za-z0-9_]*)(:-([^{}]*))?}");

    private static final Pattern NESTED = Pattern.compile("\\$\\{[^}]*\\$\\{");

    private final Function<String, @Nullable String> environment;
    private final Problems problems;

    Substitution(Function<String, @Nullable String> environment, Problems problems) {
        this.environment = environment;
        this.problems = problems;
    }

    Yaml in(Yaml value) {
        if (value instanceof Yaml.Mapping mapping) {
            List<Yaml.Entry> entries = new ArrayList<>();
            for (Yaml.Entry entry : mapping.entries().values()) {
                if (entry.key().contains("${")) {
                    problems.finalError(
                            entry.keyAt(), "a key takes nothing from the environment; ${…} stands in values only");
                }
                entries.add(new Yaml.Entry(entry.key(), entry.keyAt(), in(entry.value())));
            }
            return Yaml.Mapping.of(mapping.at(), entries);
        }
        if (value instanceof Yaml.Sequence sequence) {
            return new Yaml.Sequence(
                    sequence.at(), sequence.items().stream().map(this::in).toList());
        }
        Yaml.Scalar scalar = (Yaml.Scalar) value;
        return scalar.text().contains("${") ? filled(scalar) : scalar;
    }

    private Yaml.Scalar filled(Yaml.Scalar scalar) {
        if (REFERENCE.matcher(scalar.text()).replaceAll("").contains("${")
                || NESTED.matcher(scalar.text()).find()) {
            problems.finalError(
                    scalar.at(), "a ${ is not closed, or holds no name; write ${NAME} or ${NAME:-default}, not nested");
            return filled(scalar, "", Yaml.Origin.ENVIRONMENT);
        }
        StringBuilder text = new StringBuilder();
        Matcher reference = REFERENCE.matcher(scalar.text());
        var origin = Yaml.Origin.ENVIRONMENT;
        int from = 0;
        while (reference.find()) {
            text.append(scalar.text(), from, reference.start()).append(replacement(scalar, reference));
            from = reference.end();
            String otherwise = reference.group(3);
            if (otherwise != null && !otherwise.isEmpty()) {
                origin = Yaml.Origin.DEFAULTED;
            }
        }
        return filled(scalar, text.append(scalar.text().substring(from)).toString(), origin);
    }

    private static Yaml.Scalar filled(Yaml.Scalar scalar, String text, Yaml.Origin origin) {
        return new Yaml.Scalar(scalar.at(), text, Yaml.Kind.TEXT, origin);
    }

    private String replacement(Yaml.Scalar scalar, Matcher reference) {
        String name = reference.group(1);
        String value;
        try {
            value = environment.apply(name);
        } catch (VariableException e) {
            problems.finalError(scalar.at(), String.valueOf(e.getMessage()));
            return "";
        }
        String otherwise = reference.group(3);
        if (otherwise != null && (value == null || value.isEmpty())) {
            return otherwise;
        }
        if (value == null) {
            problems.finalError(
                    scalar.at(),
                    "the environment variable " + name + " is not set; set it, or write ${" + name + ":-default}");
            return "";
        }
        return value;
    }
}
