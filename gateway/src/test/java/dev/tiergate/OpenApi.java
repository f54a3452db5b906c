package dev.tiergate;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import dev.tiergate.api.admin.ApiDescription;
import dev.tiergate.fixtures.RawClient;
import dev.tiergate.fixtures.RunNotes;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Pattern;

/**
 * openapi.yaml as what answers are held against: the status, the content type, each header and the body have to stand in it.
 * An answer that it does not describe is an assertion error that says what is missing.
 */
public final class OpenApi {

    /** Which listener serves a path, {@code x-listener} in the file. */
    enum Listener {
        PUBLIC,
        ADMIN
    }

    /** Of what was called and how it was answered, a line each: {@link RunNotes}. */
    static final String NOTES = "calls";

    private static final OpenApi OURS = new OpenApi();

    /** Of the connection or the message, not of the answer (RFC 9110, section 6.6; RFC 9112). */
    private static final Set<String> OF_THE_MESSAGE =
            Set.of("content-length", "content-type", "connection", "date", "transfer-encoding");

    private static final Pattern TEMPLATE = Pattern.compile("\\{[^}]+}");
    private static final String ANY_PATH = "/{any}";
    private static final int HUNDRED = 100;

    private final ObjectMapper mapper = new ObjectMapper();
    private final JsonNode document;
    private final SchemaRegistry registry = SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12);
    private final Map<JsonNode, Schema> schemas = new ConcurrentHashMap<>();
    private final Set<String> noted = ConcurrentHashMap.newKeySet();

    private OpenApi() {
        document = mapper.valueToTree(ApiDescription.load().getMap());
    }

    public static OpenApi ours() {
        return OURS;
    }

    public JsonNode document() {
        return document;
    }

    /**
     * @param method as sent; a HEAD has the answer of a GET; one that the file does not have at a path of the public
     *     listener, such as that of a request that is none, is answered as at any other path; at one of the admin listener,
     *     as any method that it has
     */
    void verify(Listener listener, String method, String path, RawClient.Response answer) {
        var operation = operation(listener, method, path);
        var what = method + " " + path + " -> " + answer.status() + " " + answer.text();
        var response = resolved(operation.path("responses").path(Integer.toString(answer.status())));
        assertThat(response.isMissingNode())
                .as("openapi.yaml has no such status: %s", what)
                .isFalse();
        assertThat(headerFaults(response, answer)).as(what).isEmpty();
        assertThat(bodyFaults(response, method, answer)).as(what).isEmpty();
        note(method.toLowerCase(Locale.ROOT) + " " + template(listener, path) + " " + answer.status() / HUNDRED + "xx");
    }

    /** A body that was taken has to be one that the file describes. */
    void verifyBody(Listener listener, String method, String path, String body) {
        var content = operation(listener, method, path).path("requestBody").path("content");
        assertThat(content.isMissingNode())
                .as("openapi.yaml has no body for %s %s", method, path)
                .isFalse();
        try {
            var schema = content.path("application/json").path("schema");
            assertThat(faults(schema, mapper.readTree(body)))
                    .as(method + " " + path + " " + body)
                    .isEmpty();
        } catch (JsonProcessingException e) {
            throw new AssertionError(body, e);
        }
    }

    /** @param call such as {@code get /ready 2xx}, its path as the file has it */
    private void note(String call) {
        if (noted.add(call)) {
            RunNotes.add(NOTES, call + "\n");
        }
    }

    /** What is wrong with a value by a schema of the file; empty when nothing is. */
    List<String> faults(JsonNode schema, JsonNode value) {
        return compiled(schema).validate(value).stream().map(Object::toString).toList();
    }

    /** What a {@code $ref} names, or the node itself. */
    JsonNode resolved(JsonNode node) {
        return node.has("$ref") ? document.at(node.path("$ref").asText().substring(1)) : node;
    }

    private JsonNode operation(Listener listener, String method, String path) {
        var item = document.path("paths").path(template(listener, path));
        var operation = item.path(method.equals("HEAD") ? "get" : method.toLowerCase(Locale.ROOT));
        if (!operation.isMissingNode()) {
            return operation;
        }
        return listener == Listener.PUBLIC
                ? document.path("paths").path(ANY_PATH).path("get")
                : any(item);
    }

    private String template(Listener listener, String path) {
        var bare = path.replaceFirst("[?#].*", "");
        return templates(listener).stream()
                .filter(candidate -> candidate.equals(ANY_PATH) || bare.matches(regex(candidate)))
                .findFirst()
                .orElseThrow(() -> new AssertionError("openapi.yaml has no path " + path + " of " + listener));
    }

    /** What holds for a method that the path has not stands with each that it has. */
    private static JsonNode any(JsonNode item) {
        return item.properties().stream()
                .map(Map.Entry::getValue)
                .filter(operation -> operation.has("responses"))
                .findFirst()
                .orElse(item);
    }

    /** Those with more literal text first. */
    private List<String> templates(Listener listener) {
        var all = new ArrayList<String>();
        document.path("paths").fields().forEachRemaining(path -> {
            if (path.getValue().path("x-listener").asText().equalsIgnoreCase(listener.name())) {
                all.add(path.getKey());
            }
        });
        all.sort(Comparator.comparingInt(
                        (String path) -> TEMPLATE.matcher(path).replaceAll("").length())
                .reversed());
        return all;
    }

    private static String regex(String template) {
        return TEMPLATE.splitAsStream(template + "/")
                .map(Pattern::quote)
                .reduce((one, next) -> one + "[^/]+" + next)
                .orElseThrow()
                .replaceFirst("/\\\\E$", "\\\\E");
    }

    private List<String> headerFaults(JsonNode response, RawClient.Response answer) {
        var faults = new ArrayList<String>();
        var undocumented = new TreeSet<>(String.CASE_INSENSITIVE_ORDER);
        answer.headers().forEach(header -> undocumented.add(header.name()));
        OF_THE_MESSAGE.forEach(undocumented::remove);
        response.path("headers").fields().forEachRemaining(named -> {
            undocumented.remove(named.getKey());
            var header = resolved(named.getValue());
            var values = answer.headers(named.getKey());
            if (values.isEmpty() && header.path("required").asBoolean()) {
                faults.add("the header " + named.getKey() + " is missing");
            } else if (values.size() > 1) {
                faults.add("the header " + named.getKey() + " stands there " + values.size() + " times");
            }
            values.forEach(value -> faults(header.path("schema"), value(header, value))
                    .forEach(fault -> faults.add(named.getKey() + ": " + value + ": " + fault)));
        });
        undocumented.forEach(name -> faults.add("the header " + name + " is not documented"));
        return faults;
    }

    private static JsonNode value(JsonNode header, String text) {
        var number = header.path("schema").path("type").asText().equals("integer") && text.matches("[0-9]{1,18}");
        return number
                ? JsonNodeFactory.instance.numberNode(Long.parseLong(text))
                : JsonNodeFactory.instance.textNode(text);
    }

    private List<String> bodyFaults(JsonNode response, String method, RawClient.Response answer) {
        if (!response.has("content")) {
            return answer.body().length == 0 ? List.of() : List.of("a body, where none is documented");
        }
        var type = answer.header("Content-Type").orElse("none").split(";")[0].strip();
        var media = response.path("content").path(type);
        if (media.isMissingNode()) {
            return List.of("the content type " + type + " is not documented");
        }
        if (method.equals("HEAD")) {
            return answer.body().length == 0 ? List.of() : List.of("a body in the answer to a HEAD");
        }
        return faults(media.path("schema"), body(type, answer));
    }

    private JsonNode body(String type, RawClient.Response answer) {
        if (!type.endsWith("json")) {
            return JsonNodeFactory.instance.textNode(answer.text());
        }
        try {
            return mapper.readTree(answer.body());
        } catch (JsonProcessingException e) {
            throw new AssertionError(answer.text(), e);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** A schema somewhere in the file names those of its components, so that it gets them beside it. */
    private Schema compiled(JsonNode schema) {
        return schemas.computeIfAbsent(schema, part -> {
            ObjectNode whole = mapper.createObjectNode();
            whole.putArray("allOf").add(part);
            whole.set("components", document.path("components"));
            return registry.getSchema(whole);
        });
    }
}
