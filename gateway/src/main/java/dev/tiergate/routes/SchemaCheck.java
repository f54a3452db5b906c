package dev.tiergate.routes;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.networknt.schema.Error;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaException;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import com.networknt.schema.path.NodePath;
import dev.tiergate.routes.yaml.Yaml;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.regex.PatternSyntaxException;

/** Holds a file, or a part of one, against a schema, and says in the file's words what does not fit. */
final class SchemaCheck {

    static final String RESOURCE = "/routes.schema.json";

    private static final Set<String> SEVERAL_A_PLACE = Set.of("additionalProperties", "required", "propertyNames");

    private final JsonNode document;
    private final Schema schema;

    /** That of routes.yaml, without plugins. */
    SchemaCheck() {
        this(read());
    }

    /** @throws IllegalArgumentException where the schema cannot be used */
    SchemaCheck(JsonNode document) {
        this.document = document;
        try {
            this.schema = SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12)
                    .getSchema(document);
            schema.initializeValidators();
        } catch (SchemaException | PatternSyntaxException e) {
            throw new IllegalArgumentException("cannot be used as a JSON Schema", e);
        }
    }

    static JsonNode read() {
        try (InputStream in = Objects.requireNonNull(SchemaCheck.class.getResourceAsStream(RESOURCE), RESOURCE)) {
            return new ObjectMapper().readTree(in);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    void check(Yaml file, Problems problems) {
        check(file, List.of(), problems);
    }

    /**
     * @param way what leads to the part, for messages
     * @return false when there are problems
     */
    boolean check(Yaml part, List<Object> way, Problems problems) {
        JsonTree tree = new JsonTree(part);
        Set<List<Object>> seen = new HashSet<>();
        List<Error> errors = errors(tree);
        for (Error error : errors) {
            List<Object> path = path(error.getInstanceLocation());
            if (SEVERAL_A_PLACE.contains(error.getKeyword()) || seen.add(path)) {
                List<Object> whole = new ArrayList<>(way);
                whole.addAll(path);
                new SchemaMessage(error, whole, tree.at(path), owner(error)).report(problems);
            }
        }
        return errors.isEmpty();
    }

    /** Every pass reads those scalars from the environment anew that did not fit as text. */
    private List<Error> errors(JsonTree tree) {
        while (true) {
            List<Error> errors = schema.validate(tree.json());
            boolean retyped = false;
            for (Error error : errors) {
                retyped |= tree.retype(tree.at(path(error.getInstanceLocation())));
            }
            if (!retyped) {
                return errors;
            }
        }
    }

    /** The part of the schema that holds the keyword. */
    private JsonNode owner(Error error) {
        JsonNode node = document;
        NodePath fragment = error.getSchemaLocation().getFragment();
        for (int i = 0; i < fragment.getNameCount() - 1; i++) {
            Object step = fragment.getElement(i);
            node = step instanceof Integer index ? node.path(index) : node.path(step.toString());
        }
        return node;
    }

    static List<Object> path(NodePath location) {
        List<Object> path = new ArrayList<>(location.getNameCount());
        for (int i = 0; i < location.getNameCount(); i++) {
            path.add(location.getElement(i));
        }
        return path;
    }
}
