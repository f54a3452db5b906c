package dev.tiergate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import dev.tiergate.OpenApi.Listener;
import dev.tiergate.fixtures.Header;
import dev.tiergate.fixtures.RawClient;
import dev.tiergate.plugin.Reason;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class OpenApiTest {

    /** Reasons of shipped plugins and of single operations, which have no constant. */
    private static final Set<Reason> OF_ONE_PLACE = Set.of(
            Reason.forbidden("header_required"),
            Reason.forbidden("header_forbidden"),
            Reason.forbidden("region_blocked"),
            Reason.forbidden("outside_schedule"),
            Reason.forbidden("experiment_excluded"),
            Reason.forbidden("beta_opt_in_required"),
            Reason.forbidden("validator_refused"),
            Reason.forbidden("limit_reserved"),
            Reason.forbidden("origin_not_allowed"),
            new Reason("events_unavailable", 503));

    private static final String ID = "\"request_id\":\"0hn8\"";
    private static final String FACTS = "\"feature_code\":null,\"required_tier\":null,\"upgrade_url\":null,"
            + "\"reason\":\"store_unknown\",\"current_tier\":null," + ID;

    private final OpenApi api = OpenApi.ours();

    @Test
    void every_reason_is_listed_under_its_status_and_no_other_is() throws IllegalAccessException {
        var expected = new HashSet<>(OF_ONE_PLACE);
        for (var field : Reason.class.getFields()) {
            expected.add((Reason) field.get(null));
        }
        var listed = new HashSet<Reason>();
        api.document().at("/components/schemas").fields().forEachRemaining(schema -> {
            if (schema.getKey().matches("ReasonOf[0-9]+")) {
                var status = Integer.parseInt(schema.getKey().substring("ReasonOf".length()));
                schema.getValue().path("enum").forEach(code -> listed.add(new Reason(code.asText(), status)));
            }
        });
        assertThat(listed).isEqualTo(expected);
    }

    @Test
    void every_reference_leads_somewhere() {
        assertThat(api.document().findValuesAsText("$ref"))
                .isNotEmpty()
                .allSatisfy(
                        ref -> assertThat(api.document().at(ref.substring(1)).isMissingNode())
                                .isFalse());
    }

    @Test
    void every_component_is_used() {
        var used = new TreeSet<>(api.document().findValuesAsText("$ref"));
        var unused = new ArrayList<String>();
        for (var kind : List.of("responses", "headers", "schemas")) {
            api.document().path("components").path(kind).fieldNames().forEachRemaining(name -> {
                if (!used.contains("#/components/" + kind + "/" + name)) {
                    unused.add(name);
                }
            });
        }
        assertThat(unused)
                .as("beside the lists that share a response with 413")
                .isSubsetOf("ReasonOf414", "ReasonOf431");
    }

    @Test
    void every_example_is_an_example_of_its_schema() {
        var examples = new ArrayList<String>();
        for (var media : api.document().findValues("content")) {
            media.forEach(type -> {
                if (type.has("example")) {
                    check(type.path("schema"), type.path("example"), examples);
                }
                type.path("examples").forEach(example -> check(type.path("schema"), example.path("value"), examples));
            });
        }
        assertThat(examples).hasSizeGreaterThan(40);
    }

    private void check(JsonNode schema, JsonNode example, List<String> seen) {
        assertThat(api.faults(schema, example)).as(example.toString()).isEmpty();
        seen.add(example.toString());
    }

    @Test
    void an_answer_that_is_described_passes() {
        api.verify(Listener.PUBLIC, "GET", "/x?y", refusal(403, "{\"detail\":\"No\"," + FACTS + "}"));
        api.verify(
                Listener.PUBLIC, "BREW", "*", refusal(404, "{\"detail\":\"No\",\"reason\":\"no_route\"," + ID + "}"));
    }

    @Test
    void a_plugin_has_reasons_and_members_of_its_own_and_those_of_others_stay_as_they_are() {
        var own = FACTS.replace("store_unknown", "deposit_missing");
        api.verify(Listener.PUBLIC, "GET", "/x", refusal(403, "{\"detail\":\"No\",\"deposit\":500," + own + "}"));
        assertThatThrownBy(() -> api.verify(
                        Listener.PUBLIC,
                        "GET",
                        "/x",
                        refusal(403, "{\"detail\":\"No\",\"deposit\":500," + FACTS + "}")))
                .hasMessageContaining("deposit");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "404|{'detail':'No','reason':'not_here','request_id':'0hn8'}|reason",
                "404|{'detail':'No','reason':'no_route','request_id':'0hn8','secret':1}|secret",
                "404|{'detail':'No','reason':'no_route'}|request_id",
                "404|{'error':'No route','code':'NOWHERE','message':'No'}|code",
                "418|{'detail':'No','reason':'no_route','request_id':'0hn8'}|no such status",
                "403|{'detail':'No','reason':'tier_too_low','request_id':'0hn8'}|feature_code",
            })
    void an_answer_that_is_not_described_fails(int status, String body, String names) {
        assertThatThrownBy(() -> api.verify(Listener.PUBLIC, "GET", "/x", refusal(status, body.replace('\'', '"'))))
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining(names);
    }

    @ParameterizedTest
    @ValueSource(strings = {"Cache-Control", "X-Request-Id", "Vary", "X-Content-Type-Options"})
    void a_header_that_is_missing_fails(String name) {
        var whole = refusal(403, "{\"detail\":\"No\"," + FACTS + "}");
        var less = whole.headers().stream()
                .filter(header -> !header.name().equalsIgnoreCase(name))
                .toList();
        assertThatThrownBy(() -> api.verify(Listener.PUBLIC, "GET", "/x", with(whole, less)))
                .hasMessageContaining(name + " is missing");
    }

    @ParameterizedTest
    @CsvSource({"Cache-Control, public", "Set-Cookie, a=b", "Content-Type, text/plain"})
    void a_header_that_is_not_described_fails(String name, String value) {
        var whole = refusal(403, "{\"detail\":\"No\"," + FACTS + "}");
        var other = new ArrayList<>(whole.headers());
        other.removeIf(header -> header.name().equalsIgnoreCase(name));
        other.add(new Header(name, value));
        assertThatThrownBy(() -> api.verify(Listener.PUBLIC, "GET", "/x", with(whole, other)))
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining(value.equals("a=b") ? name : value);
    }

    @Test
    void a_path_of_the_other_listener_is_not_taken_for_one_of_this() {
        assertThatThrownBy(() -> api.verify(Listener.ADMIN, "GET", "/x", refusal(404, "{}")))
                .hasMessageContaining("no path /x");
    }

    private static RawClient.Response refusal(int status, String body) {
        var headers = List.of(
                new Header("Content-Type", "application/json"),
                new Header("Cache-Control", "no-store"),
                new Header("Vary", "Accept, Authorization, Cookie"),
                new Header("X-Content-Type-Options", "nosniff"),
                new Header("X-Request-Id", "0hn8"),
                new Header("Content-Length", "1"));
        return new RawClient.Response(status, "", headers, body.getBytes(StandardCharsets.UTF_8), true);
    }

    private static RawClient.Response with(RawClient.Response answer, List<Header> headers) {
        return new RawClient.Response(answer.status(), answer.reason(), headers, answer.body(), true);
    }
}
