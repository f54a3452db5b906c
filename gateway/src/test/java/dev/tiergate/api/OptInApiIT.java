package dev.tiergate.api;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tiergate.RunningGateway;
import dev.tiergate.api.admin.AuditRows;
import dev.tiergate.fixtures.RawClient;
import io.vertx.core.json.JsonObject;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class OptInApiIT {

    private static final String OPT_IN = "/api/v1/store/features/basic_orders/opt-in";

    private static RunningGateway gateway;

    @BeforeAll
    static void open() throws Exception {
        gateway = RunningGateway.start("""
                apis: { managers: [ owner ] }
                routes: [ { path: /api/orders, feature: basic_orders, upstream: shop } ]
                """);
        for (var store : List.of("o1", "o2", "o3", "o4")) {
            gateway.store(store, "essential");
        }
    }

    @AfterAll
    static void close() throws Exception {
        gateway.close();
    }

    private static RawClient.Response ask(String store, String role, String method, String path) {
        var token = gateway.token(store, Map.of("roles", List.of(role)));
        return gateway.exchange(
                method + " " + path + " HTTP/1.1\r\nHost: gw.test\r\nAuthorization: Bearer " + token + "\r\n\r\n");
    }

    private static JsonObject json(RawClient.Response answer) {
        return new JsonObject(answer.text());
    }

    @Test
    void a_store_asks_to_try_a_feature_and_leaves_it_again() {
        var before = json(ask("o1", "owner", "GET", OPT_IN));
        assertThat(before.encode())
                .isEqualTo("{\"is_beta\":false,\"opted_in\":false,\"opted_in_at\":null,\"opted_in_by\":null,"
                        + "\"feature_code\":\"basic_orders\"}");
        var asked = ask("o1", "owner", "PUT", OPT_IN);
        assertThat(asked.status()).isEqualTo(200);
        assertThat(json(asked).getBoolean("opted_in")).isTrue();
        assertThat(json(asked).getString("opted_in_by")).isEqualTo("o1/user-1");
        assertThat(Instant.parse(json(asked).getString("opted_in_at"))).isBefore(Instant.now());
        assertThat(json(ask("o1", "owner", "GET", OPT_IN))).isEqualTo(json(asked));
        assertThat(json(ask("o1", "owner", "DELETE", OPT_IN))).isEqualTo(before);
    }

    @Test
    void a_repeat_changes_nothing() {
        var first = json(ask("o2", "owner", "PUT", OPT_IN));
        assertThat(json(ask("o2", "owner", "PUT", OPT_IN))).isEqualTo(first);
        ask("o2", "owner", "DELETE", OPT_IN);
        assertThat(ask("o2", "owner", "DELETE", OPT_IN).status()).isEqualTo(200);
    }

    @Test
    void one_store_asks_for_itself_alone() {
        ask("o3", "owner", "PUT", OPT_IN);
        assertThat(json(ask("o4", "owner", "GET", OPT_IN)).getBoolean("opted_in"))
                .isFalse();
    }

    @Test
    void the_audit_log_names_the_store_and_its_user() throws Exception {
        ask("o4", "owner", "PUT", OPT_IN);
        var entered = AuditRows.last(gateway.database());
        assertThat(entered.getString("actor")).isEqualTo("o4/user-1");
        assertThat(entered.getString("action")).isEqualTo("opt_in");
        assertThat(entered.getString("entity")).isEqualTo("store_feature_opt_ins");
        assertThat(entered.getString("entity_id")).isEqualTo("o4/basic_orders");
        ask("o4", "owner", "DELETE", OPT_IN);
        assertThat(AuditRows.last(gateway.database()).getString("action")).isEqualTo("opt_out");
    }

    @Test
    void only_those_who_manage_the_store_may() {
        for (var method : List.of("GET", "PUT", "DELETE")) {
            var refused = ask("o1", "clerk", method, OPT_IN);
            assertThat(refused.status()).as(method).isEqualTo(403);
            assertThat(json(refused).getString("reason")).isEqualTo("role_missing");
        }
        assertThat(gateway.exchange("PUT " + OPT_IN + " HTTP/1.1\r\nHost: gw.test\r\n\r\n")
                        .status())
                .isEqualTo(401);
    }

    @Test
    void a_feature_that_the_plan_does_not_have_is_a_404() {
        for (var feature : List.of("nothing", "chat_basic")) {
            var answer = ask("o1", "owner", "PUT", "/api/v1/store/features/" + feature + "/opt-in");
            assertThat(answer.status()).as(feature).isEqualTo(404);
            assertThat(json(answer).getString("reason")).isEqualTo("feature_unknown");
        }
    }

    @Test
    void what_the_database_refuses_is_a_503() {
        gateway.sql("ALTER TABLE store_feature_opt_ins RENAME TO opt_ins_away");
        try {
            assertThat(ask("o1", "owner", "PUT", OPT_IN).status()).isEqualTo(503);
        } finally {
            gateway.sql("ALTER TABLE opt_ins_away RENAME TO store_feature_opt_ins");
        }
    }
}
