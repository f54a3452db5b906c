package dev.tiergate.routes;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** docs/routes.md says what the schema says. */
class RoutesReferenceTest {

    private static final Path REFERENCE = Path.of("../docs/routes.md");
    private static final Pattern HEADING = Pattern.compile("^##+ (\\S+).*");
    private static final Pattern ROW = Pattern.compile("^\\| `([a-z-]+)` \\| (.*?) \\| (.*?) \\| .* \\|$");

    /** Where the keys under a heading stand in the schema. */
    private static final Map<String, String> OBJECTS = Map.ofEntries(
            Map.entry("Keys", ""),
            Map.entry("upstreams.NAME", "/$defs/upstream"),
            Map.entry("upstreams.NAME.health-check", "/$defs/upstream/properties/health-check"),
            Map.entry("upstreams.NAME.circuit-breaker", "/$defs/upstream/properties/circuit-breaker"),
            Map.entry("auth", "/$defs/auth"),
            Map.entry("auth.jwt", "/$defs/auth/properties/jwt"),
            Map.entry("auth.claims", "/$defs/auth/properties/claims"),
            Map.entry("admin", "/$defs/admin"),
            Map.entry("admin.jwt", "/$defs/admin/properties/jwt"),
            Map.entry("admin.claims", "/$defs/admin/properties/claims"),
            Map.entry("gating", "/$defs/gating"),
            Map.entry("gating.unmatched", "/$defs/gating/properties/unmatched/then"),
            Map.entry("gating.entitlements", "/$defs/gating/properties/entitlements"),
            Map.entry("denials", "/$defs/denials"),
            Map.entry("cors", "/$defs/cors"),
            Map.entry("body", "/properties/body"),
            Map.entry("limits", "/properties/limits"),
            Map.entry("apis", "/properties/apis"),
            Map.entry("events", "/properties/events"),
            Map.entry("events.sinks.NAME", "/properties/events/properties/sinks/additionalProperties"),
            Map.entry("hosts.NAME", "/properties/hosts/additionalProperties"),
            Map.entry("plugins[]", "/$defs/plugins/items"),
            Map.entry("routes[]", "/$defs/route"),
            Map.entry("routes[].model", "/$defs/route/properties/model"),
            Map.entry("routes[].charge[]", "/$defs/route/properties/charge/items"));

    /** Key to its default, as the reference has it, by heading. */
    private static Map<String, Map<String, String>> rows() throws IOException {
        Map<String, Map<String, String>> rows = new TreeMap<>();
        String heading = "";
        for (String line : Files.readAllLines(REFERENCE)) {
            var title = HEADING.matcher(line);
            var row = ROW.matcher(line);
            if (title.matches()) {
                heading = title.group(1);
            } else if (row.matches()) {
                rows.computeIfAbsent(heading, key -> new TreeMap<>()).put(row.group(1), row.group(3));
            }
        }
        return rows;
    }

    @Test
    void the_reference_and_the_schema_have_the_same_keys_and_defaults() throws IOException {
        JsonNode schema = SchemaCheck.read();
        Map<String, Map<String, String>> rows = rows();
        assertThat(rows.keySet()).isEqualTo(OBJECTS.keySet());
        rows.forEach((heading, documented) -> {
            JsonNode object = schema.at(OBJECTS.get(heading));
            var keys = new TreeSet<String>();
            object.path("properties").fieldNames().forEachRemaining(keys::add);
            assertThat(documented.keySet()).as(heading).isEqualTo(keys);
            keys.forEach(key -> {
                JsonNode value = object.path("properties").path(key);
                boolean required = object.path("required").toString().contains("\"" + key + "\"");
                assertThat(documented.get(key).equals("required"))
                        .as(heading + " " + key)
                        .isEqualTo(required);
                if (value.path("default").isValueNode()
                        && !value.path("default").asText().isEmpty()) {
                    assertThat(documented.get(key))
                            .as(heading + " " + key)
                            .contains(value.path("default").asText());
                }
            });
        });
    }

    @Test
    void every_key_of_the_schema_is_described() {
        assertThat(undescribed(SchemaCheck.read(), "")).isEmpty();
    }

    private static List<String> undescribed(JsonNode node, String path) {
        List<String> found = new ArrayList<>();
        node.properties().forEach(entry -> {
            if (path.endsWith("/properties")) {
                JsonNode target = entry.getValue().has("$ref")
                        ? SchemaCheck.read()
                                .at(entry.getValue().path("$ref").asText().substring(1))
                        : entry.getValue();
                if (!entry.getValue().has("description") && !target.has("description")) {
                    found.add(path + "/" + entry.getKey());
                }
            }
            found.addAll(undescribed(entry.getValue(), path + "/" + entry.getKey()));
        });
        return found;
    }

    @Test
    void the_examples_of_messages_are_messages() throws IOException {
        String reference = Files.readString(REFERENCE);
        List<String> messages = Pattern.compile("^routes\\.yaml:\\d+:\\d+: (.*)$", Pattern.MULTILINE)
                .matcher(reference)
                .results()
                .map((MatchResult result) -> result.group(1))
                .toList();
        StringBuilder all = new StringBuilder();
        try (var texts = Files.list(Path.of("src/test/resources/routes/bad"))) {
            for (Path text :
                    texts.filter(path -> path.toString().endsWith(".txt")).toList()) {
                all.append(Files.readString(text));
            }
        }
        assertThat(messages).hasSize(2);
        assertThat(all).contains(messages);
    }
}
