package dev.tiergate.routes;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.tiergate.routes.yaml.CoreSchema;
import dev.tiergate.routes.yaml.Position;
import dev.tiergate.routes.yaml.Yaml;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A value of the file as JSON, and the way back from a place in it. A scalar from the environment is text until
 * something else is asked for.
 */
final class JsonTree {

    private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

    private final Yaml root;
    private final Set<Position> retyped = new HashSet<>();

    JsonTree(Yaml root) {
        this.root = root;
    }

    JsonNode json() {
        return json(root);
    }

    /** The value at a path of keys and indices; the last one on the way that exists. */
    Yaml at(List<?> path) {
        Yaml value = root;
        for (Object step : path) {
            Yaml next = child(value, step);
            if (next == null) {
                return value;
            }
            value = next;
        }
        return value;
    }

    private static @Nullable Yaml child(Yaml value, Object step) {
        if (value instanceof Yaml.Mapping mapping) {
            return mapping.get(step.toString());
        }
        boolean within = value instanceof Yaml.Sequence sequence
                && step instanceof Integer index
                && index >= 0
                && index < sequence.items().size();
        return within ? ((Yaml.Sequence) value).items().get((Integer) step) : null;
    }

    /** Reads a scalar from the environment as what it looks like from now on; false when that changes nothing. */
    boolean retype(Yaml value) {
        return value instanceof Yaml.Scalar scalar
                && scalar.origin().fromEnvironment()
                && CoreSchema.kind(scalar.text()) != Yaml.Kind.TEXT
                && retyped.add(scalar.at());
    }

    private JsonNode json(Yaml value) {
        if (value instanceof Yaml.Mapping mapping) {
            ObjectNode object = JSON.objectNode();
            mapping.entries().values().forEach(entry -> object.set(entry.key(), json(entry.value())));
            return object;
        }
        if (value instanceof Yaml.Sequence sequence) {
            ArrayNode array = JSON.arrayNode();
            sequence.items().forEach(item -> array.add(json(item)));
            return array;
        }
        Yaml.Scalar scalar = (Yaml.Scalar) value;
        return json(retyped.contains(scalar.at()) ? scalar.as(CoreSchema.kind(scalar.text())) : scalar);
    }

    private static JsonNode json(Yaml.Scalar scalar) {
        return switch (scalar.kind()) {
            case TEXT -> JSON.textNode(scalar.text());
            case BOOLEAN -> JSON.booleanNode(Boolean.parseBoolean(scalar.text()));
            case NULL -> JSON.nullNode();
            case NUMBER -> JSON.numberNode(CoreSchema.number(scalar.text()));
            case INTEGER -> integer(scalar.text());
        };
    }

    private static JsonNode integer(String text) {
        try {
            return JSON.numberNode(CoreSchema.integer(text));
        } catch (NumberFormatException e) {
            return JSON.numberNode(CoreSchema.number(text.matches("0[xo].*") ? ".inf" : text));
        }
    }
}
