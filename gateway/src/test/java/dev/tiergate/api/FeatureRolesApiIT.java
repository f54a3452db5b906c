package dev.tiergate.api;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tiergate.Eventually;
import dev.tiergate.RunningGateway;
import dev.tiergate.api.admin.AuditRows;
import dev.tiergate.fixtures.RawClient;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class FeatureRolesApiIT {

    private static final String FEATURES = "/api/v1/store/features";
    private static final String ROLES = FEATURES + "/basic_orders/roles";

    private static RunningGateway gateway;

    @BeforeAll
    static void open() throws Exception {
        gateway = RunningGateway.start("""
                apis: { managers: [ owner ] }
                routes: [ { path: /api/orders, feature: basic_orders, upstream: shop } ]
                """);
        for (var store : List.of("r1", "r2", "r3")) {
            gateway.store(store, "essential");
        }
    }

    @AfterAll
    static void close() throws Exception {
        gateway.close();
    }

    private static RawClient.Response ask(
            String store, String role, String method, String path, String more, String body) {
        var token = gateway.token(store, Map.of("roles", List.of(role)));
        var length = body.getBytes(StandardCharsets.UTF_8).length;
        return gateway.exchange(method + " " + path + " HTTP/1.1\r\nHost: gw.test\r\nAuthorization: Bearer " + token
                + "\r\n" + more
                + (body.isEmpty() ? "" : "Content-Type: application/json\r\nContent-Length: " + length + "\r\n")
                + "\r\n" + body);
    }

    private static RawClient.Response get(String store, String role, String path) {
        return ask(store, role, "GET", path, "", "");
    }

    private static RawClient.Response put(String store, String tag, String... roles) {
        var body = new JsonObject().put("roles", new JsonArray(List.of(roles))).encode();
        return ask(store, "owner", "PUT", ROLES, "If-Match: " + tag + "\r\n", body);
    }

    private static JsonObject json(RawClient.Response answer) {
        return new JsonObject(answer.text());
    }

    @Test
    void a_feature_is_kept_and_opened_again_and_gate_and_api_agree() throws Exception {
        var before = get("r1", "owner", ROLES);
        assertThat(json(before).getJsonArray("roles")).isEmpty();
        var tag = before.header("ETag").orElseThrow();
        assertThat(put("r1", tag, "clerk", "owner").status()).isEqualTo(200);
        var waited = Eventually.holds(
                "the feature is kept", () -> get("r1", "driver", "/api/orders").status() == 403);
        assertThat(waited).isLessThan(Duration.ofSeconds(1));
        var check = json(get("r1", "driver", FEATURES + "/basic_orders/check"));
        assertThat(check.getBoolean("has_feature")).isFalse();
        assertThat(check.getString("reason")).isEqualTo("role_missing");
        assertThat(get("r1", "clerk", "/api/orders").status()).isEqualTo(200);
        assertThat(json(get("r1", "clerk", FEATURES + "/basic_orders/check")).getBoolean("has_feature"))
                .isTrue();
        assertThat(json(get("r1", "driver", FEATURES + "/available")).getJsonArray("features"))
                .doesNotContain("basic_orders");
        var page = json(get("r1", "driver", "/api/user/features")).getJsonObject("data");
        assertThat(page.getJsonObject("features").getJsonObject("basic_orders").getBoolean("accessible"))
                .isFalse();

        assertThat(put("r1", tag, "owner").status()).as("an old tag").isEqualTo(412);
        var kept = get("r1", "owner", ROLES);
        assertThat(json(kept).getJsonArray("roles"))
                .isEqualTo(new JsonArray().add("clerk").add("owner"));
        var opened = ask(
                "r1",
                "owner",
                "DELETE",
                ROLES,
                "If-Match: " + kept.header("ETag").orElseThrow() + "\r\n",
                "");
        assertThat(json(opened).getJsonArray("roles")).isEmpty();
        Eventually.holds(
                "the feature is open", () -> get("r1", "driver", "/api/orders").status() == 200);
    }

    @Test
    void the_audit_log_names_the_store_and_its_user() throws Exception {
        put("r2", "*", "owner");
        var row = AuditRows.last(gateway.database());
        assertThat(row.getString("actor")).isEqualTo("r2/user-1");
        assertThat(row.getString("action")).isEqualTo("keep");
        assertThat(row.getString("entity_id")).isEqualTo("r2/basic_orders");
        assertThat(row.getJsonObject("after").encode()).contains("owner");
    }

    @Test
    void only_those_who_manage_the_store_may() {
        assertThat(json(get("r3", "admin", ROLES)).getString("reason")).isEqualTo("role_missing");
        assertThat(ask("r3", "clerk", "PUT", ROLES, "If-Match: *\r\n", "{\"roles\":[\"clerk\"]}")
                        .status())
                .isEqualTo(403);
        assertThat(gateway.exchange("GET " + ROLES + " HTTP/1.1\r\nHost: gw.test\r\n\r\n")
                        .status())
                .isEqualTo(401);
    }

    @Test
    void a_write_says_what_it_saw_and_names_roles() {
        assertThat(ask("r3", "owner", "PUT", ROLES, "", "{\"roles\":[\"a\"]}").status())
                .isEqualTo(428);
        assertThat(ask("r3", "owner", "PUT", ROLES, "If-Match: *\r\nContent-Type: text/plain\r\n", "")
                        .status())
                .isEqualTo(415);
        for (var body : List.of("{\"roles\":[]}", "{\"roles\":[\"a\",\"a\"]}", "{\"roles\":\"a\"}", "{", "{\"x\":1}")) {
            assertThat(ask("r3", "owner", "PUT", ROLES, "If-Match: *\r\n", body).status())
                    .as(body)
                    .isEqualTo(400);
        }
        assertThat(get("r3", "owner", FEATURES + "/nothing/roles").status()).isEqualTo(404);
    }

    @Test
    void what_the_database_refuses_is_a_503() {
        gateway.sql("ALTER TABLE feature_roles RENAME TO feature_roles_away");
        try {
            assertThat(get("r3", "owner", ROLES).status()).isEqualTo(503);
        } finally {
            gateway.sql("ALTER TABLE feature_roles_away RENAME TO feature_roles");
        }
    }
}
