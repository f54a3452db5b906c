package dev.tiergate.routes;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.exc.MismatchedInputException;
import com.fasterxml.jackson.databind.exc.UnrecognizedPropertyException;
import dev.tiergate.plugin.Secret;
import dev.tiergate.routes.yaml.Position;
import dev.tiergate.routes.yaml.Yaml;
import java.io.IOException;
import java.lang.reflect.RecordComponent;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * A plugin's configuration on its way from the file to the record that the plugin declares. First its schema; then the keys
 * and each value alone, so that all that is wrong is found; then the record's constructor, which has the last word.
 */
final class PluginConfigReader {

    private final String prefix;
    private final String plugin;
    private final Class<? extends Record> type;
    private final @Nullable ConfigSchema schema;
    private final Yaml.Mapping mapping;
    private final Position keyAt;
    private final JsonTree tree;
    private final Problems problems;
    private boolean good = true;

    /** @param schema what the plugin's descriptor says of it; null where there is none */
    PluginConfigReader(
            String plugin,
            Class<? extends Record> type,
            @Nullable ConfigSchema schema,
            Yaml.Mapping mapping,
            Position keyAt,
            Problems problems) {
        this.prefix = "plugin '" + plugin + "': ";
        this.plugin = plugin;
        this.type = type;
        this.schema = schema;
        this.mapping = mapping;
        this.keyAt = keyAt;
        this.tree = new JsonTree(mapping);
        this.problems = problems;
    }

    /** Empty when there are problems. */
    Optional<Record> read() {
        if (schema != null && !schema.fits(plugin, mapping, problems)) {
            return Optional.empty();
        }
        checkKeys(mapping, keys());
        for (RecordComponent component : type.getRecordComponents()) {
            checkValue(component);
        }
        return good && !problems.unknown(mapping) ? record() : Optional.empty();
    }

    private List<String> keys() {
        return Arrays.stream(type.getRecordComponents())
                .map(PluginConfigReader::key)
                .toList();
    }

    private static String key(RecordComponent component) {
        return PropertyNamingStrategies.KebabCaseStrategy.INSTANCE.translate(component.getName());
    }

    private void checkKeys(Yaml.Mapping keyed, Collection<String> known) {
        for (Yaml.Entry entry : keyed.entries().values()) {
            if (!known.contains(entry.key())) {
                wrong(
                        entry.keyAt(),
                        "unknown key '" + SchemaMessage.shortened(entry.key()) + "'"
                                + Nearest.hint(entry.key(), known));
            }
        }
    }

    /** Reads again as long as a scalar from the environment turns out to be meant as something else than text. */
    private void checkValue(RecordComponent component) {
        String key = key(component);
        if (!mapping.entries().containsKey(key)) {
            if (component.getType().isPrimitive()) {
                wrong(keyAt, "'" + key + "' is missing; it must be " + expected(component.getType()));
            }
            return;
        }
        if (component.getGenericType().getTypeName().contains(Secret.class.getName())) {
            checkSecret(key, tree.at(List.of(key)));
        }
        var reader = ConfigJson.MAPPER.readerFor(ConfigJson.MAPPER.constructType(component.getGenericType()));
        while (true) {
            try {
                reader.readValue(tree.json().get(key));
                return;
            } catch (JsonMappingException e) {
                List<Object> path = path(key, e);
                if (!tree.retype(tree.at(path))) {
                    report(path, e);
                    return;
                }
            } catch (IOException e) {
                wrong(mapping.keyAt(key), key + " cannot be read");
                return;
            }
        }
    }

    /** What is written out is read by whoever reads the file. */
    private void checkSecret(String key, Yaml value) {
        if (value instanceof Yaml.Sequence sequence) {
            sequence.items().forEach(item -> checkSecret(key, item));
        } else if (value instanceof Yaml.Mapping keyed) {
            keyed.entries().values().forEach(entry -> checkSecret(entry.key(), entry.value()));
        } else if (value instanceof Yaml.Scalar scalar && scalar.origin().inFile()) {
            wrong(
                    scalar.at(),
                    SchemaMessage.shortened(key) + " must not stand in the file, nor a default for it;"
                            + " put it in the environment and write ${NAME}");
        }
    }

    private static List<Object> path(String key, JsonMappingException e) {
        List<Object> path = new ArrayList<>(List.of(key));
        for (JsonMappingException.Reference step : e.getPath()) {
            path.add(step.getFieldName() == null ? (Object) step.getIndex() : step.getFieldName());
        }
        return path;
    }

    private void report(List<Object> path, JsonMappingException e) {
        Position at = tree.at(path).at();
        if (e instanceof UnrecognizedPropertyException unknown) {
            List<String> known = new ArrayList<>();
            unknown.getKnownPropertyIds().forEach(id -> known.add(id.toString()));
            wrong(
                    at,
                    "unknown key '" + unknown.getPropertyName() + "'" + Nearest.hint(unknown.getPropertyName(), known));
        } else if (e.getCause() instanceof IllegalArgumentException refusal && refusal.getMessage() != null) {
            wrong(at, refusal.getMessage());
        } else {
            Class<?> wanted = e instanceof MismatchedInputException mismatch ? mismatch.getTargetType() : null;
            wrong(at, SchemaMessage.name(path) + " must be " + expected(wanted));
        }
    }

    private Optional<Record> record() {
        try {
            return Optional.of(ConfigJson.MAPPER.treeToValue(tree.json(), type));
        } catch (JsonProcessingException e) {
            String said = e.getCause() instanceof IllegalArgumentException refusal ? refusal.getMessage() : null;
            wrong(
                    keyAt,
                    said == null ? "this configuration is not whole; its keys are " + String.join(", ", keys()) : said);
            return Optional.empty();
        }
    }

    private void wrong(Position at, @Nullable String message) {
        good = false;
        problems.error(at, prefix + message);
    }

    private static String expected(@Nullable Class<?> wanted) {
        if (wanted == null) {
            return "something else";
        }
        if (wanted.isEnum()) {
            return Arrays.stream(wanted.getEnumConstants())
                    .map(constant -> constant.toString().toLowerCase(Locale.ROOT))
                    .collect(Collectors.joining(", ", "one of ", ""));
        }
        if (wanted == boolean.class || wanted == Boolean.class) {
            return "true or false";
        }
        if (wanted == Duration.class) {
            return "a duration such as 300ms, 2s, 5m or 1h";
        }
        if (wanted == Secret.class) {
            return "text from the environment, ${NAME}";
        }
        if (wanted == double.class || wanted == Double.class) {
            return "a number";
        }
        if (wanted.isPrimitive() || Number.class.isAssignableFrom(wanted)) {
            return "a whole number";
        }
        if (Collection.class.isAssignableFrom(wanted) || wanted.isArray()) {
            return "a list";
        }
        return CharSequence.class.isAssignableFrom(wanted)
                ? "text; put it in quotes if it looks like a number"
                : "a mapping";
    }
}
