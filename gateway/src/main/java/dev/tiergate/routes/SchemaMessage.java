package dev.tiergate.routes;

import com.fasterxml.jackson.databind.JsonNode;
import com.networknt.schema.Error;
import dev.tiergate.routes.yaml.CoreSchema;
import dev.tiergate.routes.yaml.Position;
import dev.tiergate.routes.yaml.Yaml;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/**
 * One violation in words: what is wrong, and what would be right.
 *
 * @param path keys and indices that lead to the value
 * @param value what was found there
 * @param owner the schema that it does not fit
 */
record SchemaMessage(Error error, List<Object> path, Yaml value, JsonNode owner) {

    /** Enough to recognise a value by. */
    private static final int SHOWN = 60;

    void report(Problems problems) {
        switch (error.getKeyword()) {
            case "additionalProperties" -> unknownKey(problems);
            case "required" -> problems.error(value.at(), missing());
            case "propertyNames" -> problems.error(keyAt(), badName());
            case "minItems", "minProperties", "maxItems", "maxProperties" ->
                problems.error(value.at(), name() + " " + size() + "; it must be " + expected());
            case "enum" -> problems.error(value.at(), notAmong());
            default -> problems.error(value.at(), name() + " must be " + expected() + ", " + found());
        }
    }

    private void unknownKey(Problems problems) {
        String key = error.getProperty();
        if (Later.key(key)) {
            problems.error(keyAt(), "'" + key + "' comes later; this version does not have it, so remove it");
            return;
        }
        List<String> known = new ArrayList<>();
        owner.path("properties").fieldNames().forEachRemaining(known::add);
        String hint = key.equals("<<") ? "; merge keys are not part of YAML 1.2" : Nearest.hint(key, known);
        problems.error(keyAt(), "unknown key '" + shortened(key) + "'" + hint);
    }

    private String missing() {
        String key = error.getProperty();
        String what =
                owner.path("properties").path(key).path("description").asText().replaceFirst("\\.( .*)?$", "");
        return (path.isEmpty() ? "the file" : name()) + " lacks '" + key + "'"
                + (what.isEmpty() ? "" : ": " + Character.toLowerCase(what.charAt(0)) + what.substring(1));
    }

    private String size() {
        boolean mapping = value instanceof Yaml.Mapping;
        if (error.getKeyword().startsWith("max")) {
            return owner.path(error.getKeyword()).asInt() == 1
                    ? (mapping ? "has several keys" : "has several items")
                    : (mapping ? "has too many keys" : "has too many items");
        }
        boolean empty = mapping
                ? ((Yaml.Mapping) value).entries().isEmpty()
                : value instanceof Yaml.Sequence list && list.items().isEmpty();
        return empty ? "is empty" : mapping ? "has too few keys" : "has too few items";
    }

    private String badName() {
        return "'" + shortened(error.getProperty()) + "' must be " + nameTitle();
    }

    private String nameTitle() {
        String title = owner.path("propertyNames").path("title").asText();
        if (!title.isEmpty()) {
            return title;
        }
        String form = owner.path("propertyNames").path("$ref").asText();
        if (form.endsWith("/host")) {
            return "a host name without port, such as api.example.com";
        }
        return form.endsWith("/header-name")
                ? "a header name such as X-Real-IP"
                : "a name of up to 63 letters, digits, - and _";
    }

    private String notAmong() {
        List<String> values = new ArrayList<>();
        owner.path("enum").forEach(item -> values.add(item.asText()));
        String title = owner.has("title") && values.size() < 2 ? expected() : "";
        String list = values.size() == 1 ? values.get(0) : "one of " + String.join(", ", values);
        String hint = visible() && value instanceof Yaml.Scalar scalar
                ? Nearest.to(scalar.text(), values)
                        .map(near -> "; did you mean '" + near + "'?")
                        .orElse("")
                : "";
        return name() + " must be " + (title.isEmpty() ? list : title) + ", " + found() + hint;
    }

    /** What the schema wants, as a noun phrase. */
    private String expected() {
        if (owner.has("title")) {
            return owner.path("title").asText();
        }
        return switch (owner.path("type").asText()) {
            case "boolean" -> "true or false";
            case "integer" -> "a whole number";
            case "array" -> "a list";
            case "object" -> "a mapping";
            default -> "text";
        };
    }

    private String found() {
        if (value instanceof Yaml.Mapping) {
            return "found a mapping";
        }
        if (value instanceof Yaml.Sequence) {
            return "found a list";
        }
        Yaml.Scalar scalar = (Yaml.Scalar) value;
        if (scalar.kind() == Yaml.Kind.NULL) {
            return "found nothing";
        }
        if (!visible()) {
            return "found something else" + (scalar.origin().fromEnvironment() ? " in the environment" : "");
        }
        if (scalar.origin() == Yaml.Origin.QUOTED && CoreSchema.kind(scalar.text()) != Yaml.Kind.TEXT) {
            return "found the text '" + shortened(scalar.text()) + "'; remove the quotes";
        }
        boolean quotable = scalar.kind() != Yaml.Kind.TEXT
                && "string".equals(owner.path("type").asText());
        return "found " + (quotable ? kind(scalar) + " " : "") + "'" + shortened(scalar.text()) + "'"
                + (quotable ? "; put it in quotes" : "");
    }

    private static String kind(Yaml.Scalar scalar) {
        return scalar.kind() == Yaml.Kind.BOOLEAN ? "the boolean" : "the number";
    }

    private boolean visible() {
        return !owner.path("writeOnly").asBoolean()
                && value instanceof Yaml.Scalar scalar
                && !scalar.origin().fromEnvironment();
    }

    private Position keyAt() {
        return value instanceof Yaml.Mapping mapping ? mapping.keyAt(error.getProperty()) : value.at();
    }

    private String name() {
        return name(path);
    }

    /** The value's key; for an item of a list, the list's key with the index from 0. */
    static String name(List<Object> path) {
        if (path.isEmpty()) {
            return "the file";
        }
        int last = path.size() - 1;
        while (last > 0 && path.get(last) instanceof Integer) {
            last--;
        }
        return path.get(last)
                + path.subList(last + 1, path.size()).stream()
                        .map(index -> "[" + index + "]")
                        .collect(Collectors.joining());
    }

    static String shortened(String text) {
        String printable = text.replaceAll("\\p{Cntrl}", "?");
        return printable.length() <= SHOWN ? printable : printable.substring(0, SHOWN) + "…";
    }
}
