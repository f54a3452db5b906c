package dev.tiergate.entitlement;

import dev.tiergate.routes.yaml.CoreSchema;
import dev.tiergate.routes.yaml.Position;
import dev.tiergate.routes.yaml.Yaml;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** One mapping of a catalogue file; what cannot be read is a problem, and reads as something harmless. */
final class FileSection {

    private final CatalogueProblems problems;
    private final Yaml.Mapping mapping;

    FileSection(CatalogueProblems problems, String what, @Nullable Yaml value) {
        this.problems = problems;
        if (value instanceof Yaml.Mapping found) {
            this.mapping = found;
        } else {
            var at = value == null ? Position.START : value.at();
            problems.add(at, what + " has to be a mapping of keys and values");
            this.mapping = new Yaml.Mapping(at, Map.of());
        }
    }

    Position at(String key) {
        var value = mapping.get(key);
        return value == null ? mapping.keyAt(key) : value.at();
    }

    void problem(String key, String message) {
        problems.add(at(key), message);
    }

    /** Any other key is a problem. */
    void only(String... keys) {
        var known = Set.of(keys);
        mapping.entries().values().forEach(entry -> {
            if (!known.contains(entry.key())) {
                problems.add(entry.keyAt(), "there is no key '" + entry.key() + "' here; known are " + list(known));
            }
        });
    }

    boolean has(String key) {
        return mapping.get(key) != null;
    }

    List<FileSection> sections(String key, String what) {
        return items(key).stream()
                .map(item -> new FileSection(problems, "a " + what, item))
                .toList();
    }

    List<String> texts(String key) {
        var all = new ArrayList<String>();
        for (var item : items(key)) {
            if (item instanceof Yaml.Scalar scalar && scalar.kind() != Yaml.Kind.NULL) {
                all.add(scalar.text());
            } else {
                problems.add(item.at(), "an item of '" + key + "' has to be text");
            }
        }
        return all;
    }

    private List<Yaml> items(String key) {
        var value = mapping.get(key);
        if (value == null) {
            return List.of();
        }
        if (value instanceof Yaml.Sequence sequence) {
            return sequence.items();
        }
        problem(key, "'" + key + "' has to be a list");
        return List.of();
    }

    String text(String key, String otherwise) {
        var value = mapping.get(key);
        if (value == null) {
            return otherwise;
        }
        if (value instanceof Yaml.Scalar scalar && scalar.kind() != Yaml.Kind.NULL) {
            return scalar.text();
        }
        problem(key, "'" + key + "' has to be text");
        return otherwise;
    }

    String name(String key, String otherwise) {
        var name = text(key, otherwise);
        var fault = Texts.nameFault(name);
        if (fault != null) {
            problem(key, "this " + fault);
        }
        return name;
    }

    String code(String key) {
        var code = text(key, "");
        if (!Texts.CODE.matcher(code).matches()) {
            problem(
                    key,
                    has(key)
                            ? "a code has lower-case letters, digits, _ and -, begins with a letter, and has 64 at most"
                            : "'" + key + "' is missing");
        }
        return code;
    }

    String newCode(String key, Set<String> taken) {
        var code = code(key);
        if (taken.contains(code)) {
            problem(key, "'" + code + "' stands here twice");
        }
        return code;
    }

    boolean yes(String key, boolean otherwise) {
        var value = mapping.get(key);
        if (value == null) {
            return otherwise;
        }
        if (value instanceof Yaml.Scalar scalar && scalar.kind() == Yaml.Kind.BOOLEAN) {
            return Boolean.parseBoolean(scalar.text());
        }
        problem(key, "'" + key + "' has to be true or false");
        return otherwise;
    }

    long integer(String key, long otherwise) {
        var value = mapping.get(key);
        return value == null ? otherwise : integer(value, key, otherwise);
    }

    /** Null where it is not named; never negative. */
    @Nullable
    Long amount(String key) {
        if (!has(key)) {
            return null;
        }
        long amount = integer(key, 0);
        if (amount < 0) {
            problem(key, "'" + key + "' cannot be negative");
        }
        return amount;
    }

    /** Limits' values by key, -1 for unlimited. */
    Map<String, Long> amounts(String key) {
        var all = new LinkedHashMap<String, Long>();
        if (!has(key)) {
            return all;
        }
        new FileSection(problems, "'" + key + "'", mapping.get(key))
                .mapping
                .entries()
                .values()
                .forEach(entry -> {
                    long amount = integer(entry.value(), entry.key(), 0);
                    if (amount < -1) {
                        problems.add(entry.value().at(), "a limit is -1 for unlimited, 0, or more");
                    }
                    all.put(entry.key(), amount);
                });
        return all;
    }

    private long integer(Yaml value, String key, long otherwise) {
        if (value instanceof Yaml.Scalar scalar && scalar.kind() == Yaml.Kind.INTEGER) {
            try {
                return CoreSchema.integer(scalar.text());
            } catch (NumberFormatException e) {
                problems.add(value.at(), "'" + key + "' is beyond 64 bits");
                return otherwise;
            }
        }
        problems.add(value.at(), "'" + key + "' has to be a whole number");
        return otherwise;
    }

    void known(String key, String what, String code, Set<String> all) {
        if (!all.contains(code)) {
            problem(key, "there is no " + what + " '" + code + "' in this file");
        }
    }

    void oneOf(String key, String value, Set<String> all) {
        if (!all.contains(value)) {
            problem(key, "'" + key + "' has to be one of " + list(all));
        }
    }

    private static String list(Set<String> all) {
        return String.join(", ", new TreeSet<>(all));
    }
}
