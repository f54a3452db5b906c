package dev.tiergate.api.admin;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tiergate.Eventually;
import dev.tiergate.RunningGateway;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class GatingIT {

    private static final String GATING = "/api/v1/admin/gating";

    private static final String ROUTES = """
            routes:
              - { path: /api/reports, feature: advanced_analytics, upstream: shop }
              - { path: /api/part, feature: advanced_analytics, rollout: 9%, upstream: shop }
              - { path: /api/quiet, feature: advanced_analytics, mode: shadow, upstream: shop }
            """;

    private static RunningGateway gateway;
    private static RunningGateway other;
    private static AdminClient client;

    @BeforeAll
    static void open() throws Exception {
        gateway = RunningGateway.start(ROUTES);
        other = RunningGateway.start(ROUTES, Map.of("TIERGATE_DATABASE_URL", gateway.database()), List.of());
        client = new AdminClient(gateway);
        gateway.store("g1", "essential");
    }

    @AfterAll
    static void close() throws Exception {
        other.close();
        gateway.close();
    }

    private static JsonObject mode(String mode) {
        return new JsonObject().put("mode", mode);
    }

    private static JsonObject route(String id, String mode, int rollout, String effective) {
        return new JsonObject()
                .put("route", id)
                .put("mode", mode)
                .put("rollout", rollout)
                .put("effective", effective);
    }

    @Test
    void every_source_is_shown() {
        client.put(GATING, mode("enforce"), "*");
        var shown = client.get(GATING).object();
        assertThat(shown.getString("effective")).isEqualTo("enforce");
        assertThat(shown.getString("routes_yaml")).isEqualTo("enforce");
        assertThat(shown.getValue("environment")).isNull();
        assertThat(shown.getString("admin")).isEqualTo("enforce");
        assertThat(shown.getJsonArray("routes"))
                .isEqualTo(new JsonArray()
                        .add(route("* /api/part", null, 9, "enforce"))
                        .add(route("* /api/quiet", "shadow", 100, "shadow")));
    }

    @Test
    void a_change_is_in_force_on_every_node_within_a_second() throws Exception {
        client.put(GATING, mode("enforce"), "*");
        for (var node : List.of(gateway, other)) {
            Eventually.holds(
                    "the gate refuses", () -> node.get("g1", "/api/reports").status() == 403);
        }
        var answer = client.put(GATING, mode("shadow"), client.get(GATING).etag());
        assertThat(answer.object().getString("effective")).isEqualTo("shadow");
        for (var node : List.of(gateway, other)) {
            var waited = Eventually.holds(
                    "the gate lets pass", () -> node.get("g1", "/api/reports").status() == 200);
            assertThat(waited).isLessThan(Duration.ofSeconds(1));
        }
        client.put(GATING, mode("off"), answer.etag());
        Eventually.holds("the gate is off", () -> {
            gateway.get("g1", "/api/reports");
            return gateway.backend().last().header("X-Tiergate-Decision").equals(java.util.Optional.of("bypass"));
        });
    }

    @Test
    void a_change_is_in_the_audit_log_with_what_was_and_is() throws Exception {
        client.put(GATING, mode("enforce"), "*");
        client.put(GATING, mode("shadow"), "*");
        var row = AuditRows.last(gateway.database());
        assertThat(row.getString("actor")).isEqualTo("admin");
        assertThat(row.getString("action")).isEqualTo("set_mode");
        assertThat(row.getString("entity")).isEqualTo("gating");
        assertThat(row.getJsonObject("before").getJsonObject("gating/true").getString("mode"))
                .isEqualTo("enforce");
        assertThat(row.getJsonObject("after").getJsonObject("gating/true").getString("mode"))
                .isEqualTo("shadow");
    }

    @Test
    void only_an_admin_who_saw_how_it_stands_may_change_it() {
        var now = client.get(GATING);
        var body = mode("enforce").encode();
        assertThat(client.as("viewer", "GET", GATING, "", Map.of()).status()).isEqualTo(200);
        assertThat(client.as("editor", "PUT", GATING, body, Map.of("If-Match", now.etag()))
                        .status())
                .isEqualTo(403);
        assertThat(client.send("PUT", GATING, body, Map.of()).status()).isEqualTo(428);
        assertThat(client.put(GATING, mode("enforce"), "\"other\"").status()).isEqualTo(412);
        assertThat(client.put(GATING, mode("enforce"), now.etag()).status()).isEqualTo(200);
    }

    @Test
    void another_word_is_no_mode() {
        var answer = client.put(GATING, mode("bypass"), "*");
        assertThat(answer.status()).isEqualTo(400);
        assertThat(answer.pointers()).containsExactly("/mode");
    }

    @Test
    void without_its_row_nothing_is_capped_and_the_row_can_be_had_again() {
        gateway.sql("DELETE FROM gating");
        var none = client.get(GATING);
        assertThat(none.object().getString("admin")).isEqualTo("enforce");
        assertThat(client.put(GATING, mode("shadow"), none.etag()).object().getString("admin"))
                .isEqualTo("shadow");
    }
}
