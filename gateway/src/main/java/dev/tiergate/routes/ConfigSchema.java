package dev.tiergate.routes;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.networknt.schema.Error;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaLocation;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.dialect.Dialects;
import dev.tiergate.routes.yaml.Yaml;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * The JSON Schema (2020-12) of a plugin's configuration. It refers to nothing but its own parts, so that it can become a part
 * of the schema of routes.yaml.
 */
public final class ConfigSchema {

    private static final String DIALECT = "https://json-schema.org/draft/2020-12/schema";
    private static final String REFERENCE = "$ref";

    /** What would name parts in a way that does not survive a move. */
    private static final Set<String> UNMOVED = Set.of("$anchor", "$dynamicAnchor", "$dynamicRef");

    /** The same below the root, whose name is left behind. */
    private static final Set<String> UNMOVED_BELOW = Set.of("$anchor", "$dynamicAnchor", "$dynamicRef", "$id");

    private final ObjectNode document;
    private final SchemaCheck check;

    private ConfigSchema(ObjectNode document) {
        this.document = document;
        this.check = new SchemaCheck(document);
    }

    /** @throws IllegalArgumentException saying what is wrong, to go after a name of the schema */
    public static ConfigSchema of(JsonNode json) {
        if (!json.path("type").asText().equals("object") || !(json instanceof ObjectNode document)) {
            throw new IllegalArgumentException("must be a JSON Schema with \"type\": \"object\"");
        }
        if (!json.path("$schema").asText(DIALECT).equals(DIALECT)) {
            throw new IllegalArgumentException("must be a JSON Schema of " + DIALECT);
        }
        List<Error> errors = MetaSchema.INSTANCE.validate(document);
        if (!errors.isEmpty()) {
            throw new IllegalArgumentException("is no JSON Schema at " + pointer(errors.get(0)));
        }
        checkReferences(document, UNMOVED, document);
        var copy = document.deepCopy();
        copy.remove(List.of("$schema", "$id"));
        return new ConfigSchema(copy);
    }

    private static String pointer(Error error) {
        return SchemaCheck.path(error.getInstanceLocation()).stream()
                .map(step -> "/" + step)
                .collect(Collectors.joining());
    }

    private static void checkReferences(JsonNode node, Set<String> unmoved, ObjectNode root) {
        for (Map.Entry<String, JsonNode> member : node.properties()) {
            String text = member.getValue().isTextual() ? member.getValue().asText() : "";
            if (unmoved.contains(member.getKey()) && !text.isEmpty()) {
                throw new IllegalArgumentException("cannot have " + member.getKey() + "; use $ref: #/$defs/NAME");
            }
            if (member.getKey().equals(REFERENCE) && !text.isEmpty() && !leads(text, root)) {
                throw new IllegalArgumentException("has a $ref to what it does not hold: " + text);
            }
        }
        node.forEach(child -> checkReferences(child, UNMOVED_BELOW, root));
    }

    private static boolean leads(String reference, ObjectNode root) {
        return reference.equals("#")
                || (reference.startsWith("#/")
                        && !root.at(reference.substring(1)).isMissingNode());
    }

    /**
     * Holds a configuration against it.
     *
     * @param name what messages call the configuration
     * @return false when there are problems
     */
    boolean fits(String name, Yaml.Mapping config, Problems problems) {
        return check.check(config, List.of(name), problems);
    }

    /** As it reads at another place of a document: its references are led there. */
    ObjectNode movedTo(String pointer) {
        ObjectNode copy = document.deepCopy();
        lead(copy, pointer);
        return copy;
    }

    private static void lead(JsonNode node, String pointer) {
        if (node instanceof ObjectNode object && object.path(REFERENCE).isTextual()) {
            object.put(
                    REFERENCE, "#" + pointer + object.path(REFERENCE).asText().substring(1));
        }
        node.forEach(child -> lead(child, pointer));
    }

    boolean needsKeys() {
        return !document.path("required").isEmpty();
    }

    /** What every schema is held against; made when first asked for. */
    private static final class MetaSchema {

        static final Schema INSTANCE =
                SchemaRegistry.withDialect(Dialects.getDraft202012()).getSchema(SchemaLocation.of(DIALECT));
    }
}
