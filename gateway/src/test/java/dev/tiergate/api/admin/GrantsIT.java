package dev.tiergate.api.admin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tiergate.Eventually;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class GrantsIT extends AdminScene {

    @BeforeAll
    static void limits() {
        gateway.sql("""
                INSERT INTO limits (code, feature_code, name, "window", scope) VALUES
                    ('ai_credits', 'custom_reports', 'Credits', 'credits', 'store'),
                    ('own_credits', 'custom_reports', 'Own', 'credits', 'user');
                INSERT INTO tier_limits (tier_code, limit_code, limit_value) VALUES ('enterprise', 'ai_credits', 5)
                """);
    }

    private static String store(String id) {
        gateway.store(id, "essential");
        return "/api/v1/admin/stores/" + id + "/grants";
    }

    private static JsonObject grant(String reference) {
        return new JsonObject()
                .put("reference", reference)
                .put("limit_type", "ai_credits")
                .put("amount", 500)
                .put("reason", "Top-up");
    }

    private static long rows(String store) {
        return client.get("/api/v1/admin/stores/" + store + "/grants")
                .object()
                .getJsonArray("items")
                .size();
    }

    @Test
    void a_grant_is_added_seen_and_revoked() {
        var path = store("g1");
        var made = client.post(
                path, grant("invoice-1").put("priority", 10).put("expires_at", "2099-01-31T01:00:00+01:00"));
        assertThat(made.status()).isEqualTo(201);
        assertThat(made.object().getString("store_id")).isEqualTo("g1");
        assertThat(made.object().getString("expires_at")).isEqualTo("2099-01-31T00:00:00Z");
        assertThat(made.object().getBoolean("is_live")).isTrue();
        assertThat(made.object().getLong("spent")).isZero();
        assertThat(made.object().getString("created_by")).isEqualTo("admin");
        var one = made.response().header("Location").orElseThrow();
        assertThat(client.get(one).object()).isEqualTo(made.object());

        assertThat(client.send("DELETE", one, "", Map.of()).status()).isEqualTo(428);
        assertThat(client.delete(one, made.etag()).status()).isEqualTo(204);
        var revoked = client.get(one);
        assertThat(revoked.object().getBoolean("is_live")).isFalse();
        assertThat(revoked.object().getString("revoked_at")).isNotNull();
        assertThat(client.delete(one, made.etag()).status()).isEqualTo(412);
        assertThat(client.delete(one, revoked.etag()).status()).isEqualTo(204);
        assertThat(client.get(one).object()).as("a second time changes nothing").isEqualTo(revoked.object());
        assertThat(AdminClient.each(client.get(path).object(), "reference")).containsExactly("invoice-1");
    }

    @Test
    void the_same_grant_twice_is_added_once_and_another_under_its_reference_is_refused() {
        var path = store("g2");
        var wanted = grant("invoice-1").put("expires_at", "2099-01-31T00:00:00Z");
        assertThat(client.post(path, wanted).status()).isEqualTo(201);
        var again = client.post(path, wanted.copy().put("expires_at", "2099-01-31T01:00:00+01:00"));
        assertThat(again.status()).isEqualTo(200);
        assertThat(again.object().getLong("amount")).isEqualTo(500);
        for (var other : List.of(
                wanted.copy().put("amount", 501),
                wanted.copy().put("priority", 51),
                wanted.copy().put("reason", "Other"),
                wanted.copy().put("expires_at", "2099-01-31T00:00:01Z"),
                wanted.copy().putNull("expires_at"))) {
            var refused = client.post(path, other);
            assertThat(refused.status()).isEqualTo(409);
            assertThat(refused.pointers()).containsExactly("/reference");
        }
        assertThat(rows("g2")).isEqualTo(1);
        assertThat(client.post(store("g2-other"), wanted).status())
                .as("another store's reference is another")
                .isEqualTo(201);
        gateway.sql("ALTER TABLE credit_grants DISABLE TRIGGER kept");
        gateway.sql(
                "UPDATE credit_grants SET expires_at = '2020-01-01T00:00:00Z' WHERE reason = 'Top-up' AND store_id = "
                        + "(SELECT id FROM stores WHERE external_id = 'g2')");
        gateway.sql("ALTER TABLE credit_grants ENABLE TRIGGER kept");
        assertThat(client.post(path, wanted.copy().put("expires_at", "2020-01-01T00:00:00Z"))
                        .status())
                .as("also when it is over")
                .isEqualTo(200);
    }

    @ParameterizedTest
    @CsvSource({
        "amount, 0, 400",
        "amount, 1000000000001, 400",
        "priority, -1, 400",
        "priority, 101, 400",
        "reference, a b, 400",
        "expires_at, 2020-01-01T00:00:00Z, 400",
        "limit_type, nothing, 422",
        "limit_type, orders, 422",
        "limit_type, own_credits, 422",
    })
    void what_does_not_fit_is_pointed_at(String member, String value, int status) {
        var id = "g3-" + member + value.length();
        var path = store(id);
        Object wrong = value.matches("-?[0-9]+") ? (Object) Long.valueOf(value) : value;
        var refused = client.post(path, grant("x").put(member, wrong));
        assertThat(refused.status()).isEqualTo(status);
        assertThat(refused.pointers()).containsExactly("/" + member);
        assertThat(rows(id)).isZero();
    }

    @Test
    void a_store_or_a_grant_that_is_not_there_is_404() {
        var path = store("g4");
        assertThat(client.post("/api/v1/admin/stores/g4-none/grants", grant("x"))
                        .status())
                .isEqualTo(404);
        assertThat(client.get("/api/v1/admin/stores/g4-none/grants").status()).isEqualTo(404);
        assertThat(client.get(path + "/none").status()).isEqualTo(404);
        assertThat(client.delete(path + "/none", "*").status()).isEqualTo(404);
    }

    @Test
    void there_are_a_hundred_grants_with_something_left_and_no_more() {
        var path = store("g5");
        gateway.sql("INSERT INTO credit_grants (store_id, limit_code, reference, amount) "
                + "SELECT s.id, 'ai_credits', 'r' || n, 5 FROM stores s, generate_series(1, 99) n "
                + "WHERE s.external_id = 'g5'");
        assertThat(client.post(path, grant("hundredth")).status()).isEqualTo(201);
        var full = client.post(path, grant("one-more"));
        assertThat(full.status()).isEqualTo(409);
        assertThat(full.reason()).isEqualTo("too_many_grants");
        gateway.sql("INSERT INTO usage_counters (store, scope, subject, limit_code, window_start, value, updated_at) "
                + "SELECT 'g5', 'grant', id::text, 'ai_credits', 'epoch', 5, now() - interval '25 hours' "
                + "FROM credit_grants WHERE reference = 'r7'");
        assertThat(client.post(path, grant("one-more")).status())
                .as("one was spent")
                .isEqualTo(201);
    }

    @Test
    void a_grant_is_not_changed_by_hand() {
        var path = store("g6");
        client.post(path, grant("x"));
        var one = client.get(path + "/x");
        assertThatThrownBy(() -> gateway.sql("UPDATE credit_grants SET amount = 600 WHERE reference = 'x'"))
                .hasStackTraceContaining("a grant of credits is not changed");
        assertThat(client.get(path + "/x").object()).isEqualTo(one.object());
    }

    @Test
    void viewers_look_editors_grant_and_the_audit_log_has_it() {
        var path = store("g7");
        assertThat(client.as("viewer", "POST", path, grant("x").encode(), Map.of())
                        .status())
                .isEqualTo(403);
        var made = client.as("editor", "POST", path, grant("x").encode(), Map.of());
        assertThat(made.status()).isEqualTo(201);
        assertThat(client.as("viewer", "GET", path, "", Map.of()).status()).isEqualTo(200);
        assertThat(client.as("viewer", "DELETE", path + "/x", "", Map.of("If-Match", made.etag()))
                        .status())
                .isEqualTo(403);
        assertThat(client.as("editor", "DELETE", path + "/x", "", Map.of("If-Match", made.etag()))
                        .status())
                .isEqualTo(204);
        var log = client.get("/api/v1/admin/audit?entity=credit_grants&limit=2").object();
        assertThat(AdminClient.each(log, "action")).containsExactly("revoke", "insert");
        assertThat(AdminClient.each(log, "entity_id")).containsOnly("g7/x");
        assertThat(AdminClient.each(log, "actor")).containsOnly("editor");
    }

    @Test
    void a_balance_is_not_put_right_by_a_number() {
        store("g8");
        var usage = "/api/v1/admin/stores/g8/usage/ai_credits";
        var three = new JsonObject().put("current", 3).encode();
        Eventually.so(
                "the limit is known, and refused",
                () -> client.send("PUT", usage, three, Map.of()).status() == 422);
    }
}
