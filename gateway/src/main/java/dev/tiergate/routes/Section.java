package dev.tiergate.routes;

import dev.tiergate.routes.yaml.CoreSchema;
import dev.tiergate.routes.yaml.Position;
import dev.tiergate.routes.yaml.Yaml;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A mapping of the file, read key by key. What has the wrong type or form reads as absent: the schema has reported it by
 * then, and what is left can still be checked.
 */
final class Section {

    private final Yaml.Mapping mapping;

    private Section(Yaml.Mapping mapping) {
        this.mapping = mapping;
    }

    static Section of(@Nullable Yaml value, Position otherwise) {
        return new Section(
                value instanceof Yaml.Mapping mapping
                        ? mapping
                        : new Yaml.Mapping(value == null ? otherwise : value.at(), Map.of()));
    }

    boolean has(String key) {
        return mapping.entries().containsKey(key);
    }

    Position at() {
        return mapping.at();
    }

    /** Where the key's value stands, or the section where the key is absent. */
    Position at(String key) {
        Yaml value = mapping.get(key);
        return value == null ? mapping.at() : value.at();
    }

    Position keyAt(String key) {
        return mapping.keyAt(key);
    }

    Iterable<Yaml.Entry> entries() {
        return mapping.entries().values();
    }

    Section section(String key) {
        return of(mapping.get(key), mapping.at());
    }

    @Nullable
    Yaml value(String key) {
        return mapping.get(key);
    }

    Optional<Yaml.Scalar> scalar(String key) {
        return mapping.get(key) instanceof Yaml.Scalar scalar ? Optional.of(scalar) : Optional.empty();
    }

    /** A text that is not empty. */
    @Nullable
    String text(String key) {
        return scalar(key).filter(Section::isText).map(Yaml.Scalar::text).orElse(null);
    }

    String text(String key, String otherwise) {
        return Optional.ofNullable(text(key)).orElse(otherwise);
    }

    boolean flag(String key, boolean otherwise) {
        return scalar(key)
                .map(Yaml.Scalar::text)
                .filter(text -> CoreSchema.kind(text) == Yaml.Kind.BOOLEAN)
                .map(Boolean::parseBoolean)
                .orElse(otherwise);
    }

    long integer(String key, long otherwise) {
        try {
            return scalar(key)
                    .map(Yaml.Scalar::text)
                    .filter(text -> CoreSchema.kind(text) == Yaml.Kind.INTEGER)
                    .map(CoreSchema::integer)
                    .orElse(otherwise);
        } catch (NumberFormatException e) {
            return otherwise;
        }
    }

    Duration duration(String key, Duration otherwise) {
        return Optional.ofNullable(text(key)).flatMap(Amounts::duration).orElse(otherwise);
    }

    long size(String key, long otherwise) {
        return Optional.ofNullable(text(key)).flatMap(Amounts::size).orElse(otherwise);
    }

    /** Of {@code 25%}, 25. */
    Optional<Integer> percent(String key) {
        return Optional.ofNullable(text(key)).flatMap(Amounts::percent);
    }

    /** A constant by its name in kebab-case. */
    <E extends Enum<E>> E choice(String key, Class<E> type, E otherwise) {
        return Optional.ofNullable(text(key))
                .flatMap(text -> constant(type, text))
                .orElse(otherwise);
    }

    static <E extends Enum<E>> Optional<E> constant(Class<E> type, String name) {
        for (E constant : type.getEnumConstants()) {
            if (constant.name().toLowerCase(Locale.ROOT).replace('_', '-').equals(name)) {
                return Optional.of(constant);
            }
        }
        return Optional.empty();
    }

    /** The items of a list; a single value counts as none. */
    List<Yaml> list(String key) {
        return mapping.get(key) instanceof Yaml.Sequence sequence ? sequence.items() : List.of();
    }

    /** The texts of a list, with their places. */
    List<Yaml.Scalar> texts(String key) {
        List<Yaml.Scalar> texts = new ArrayList<>();
        for (Yaml item : list(key)) {
            if (item instanceof Yaml.Scalar scalar && isText(scalar)) {
                texts.add(scalar);
            }
        }
        return texts;
    }

    private static boolean isText(Yaml.Scalar scalar) {
        return scalar.kind() == Yaml.Kind.TEXT && !scalar.text().isEmpty();
    }
}
