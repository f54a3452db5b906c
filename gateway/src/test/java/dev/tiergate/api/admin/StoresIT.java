package dev.tiergate.api.admin;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tiergate.Eventually;
import io.vertx.core.json.JsonObject;
import java.util.Map;
import org.junit.jupiter.api.Test;

class StoresIT extends AdminScene {

    private static final String STORES = "/api/v1/admin/stores";

    private static JsonObject store(String code) {
        return new JsonObject().put("code", code).put("name", "Store " + code).put("tier_code", "essential");
    }

    @Test
    void a_store_is_made_found_and_changed_and_the_gate_follows() throws Exception {
        var made = client.post(STORES, store("tea").put("external_id", "s:1@a"));
        assertThat(made.status()).isEqualTo(201);
        var path = made.response().header("Location").orElseThrow();
        assertThat(client.get(path).object()).isEqualTo(made.object());
        assertThat(made.object().getString("time_zone")).isEqualTo("UTC");
        assertThat(made.object().getString("tier_name")).isEqualTo("Essential");
        assertThat(gateway.get("s:1@a", "/orders").status()).isEqualTo(403);
        var patch = new JsonObject()
                .put("tier_code", "enterprise")
                .put("time_zone", "Europe/Berlin")
                .put("billing_interval", "year")
                .put("period_anchor", "2026-01-31T10:00:00+01:00")
                .put("name", "Tea Corner")
                .put("code", "tea-corner");
        var changed = client.patch(path, patch, made.etag());
        assertThat(changed.status()).isEqualTo(200);
        assertThat(changed.object().getString("period_anchor")).isEqualTo("2026-01-31T09:00:00Z");
        assertThat(client.patch(path, patch, made.etag()).status()).isEqualTo(412);
        Eventually.holds(
                "the upgrade is in force", () -> gateway.get("s:1@a", "/orders").status() == 200);
        var suspended = client.patch(path, new JsonObject().put("status", "suspended"), changed.etag());
        assertThat(suspended.object().getString("status")).isEqualTo("suspended");
    }

    @Test
    void a_put_makes_what_is_not_there_and_changes_what_is_for_those_who_know_it() {
        var path = STORES + "/upsert-1";
        var made = client.send("PUT", path, store("up-1").encode(), Map.of());
        assertThat(made.status()).isEqualTo(201);
        assertThat(made.response().header("Location")).contains(path);
        assertThat(client.send("PUT", path, store("up-1").encode(), Map.of()).status())
                .isEqualTo(428);
        assertThat(client.send("PUT", path, store("up-1").encode(), Map.of("If-None-Match", "*"))
                        .status())
                .isEqualTo(412);
        var closed = client.put(path, store("up-1").put("status", "closed"), made.etag());
        assertThat(closed.status()).isEqualTo(200);
        var again = client.put(path, store("up-1").put("name", "Anew"), "*");
        assertThat(again.object().getString("status")).as("left out, it stays").isEqualTo("closed");
        assertThat(client.put(path, store("up-1"), made.etag()).status()).isEqualTo(412);
        assertThat(client.put(STORES + "/upsert-2", store("up-2"), "*").status())
                .as("nothing that If-Match could mean")
                .isEqualTo(412);
        gateway.sql("INSERT INTO tiers (plan, code, name, display_order) VALUES ('other', 'essential', 'E', 1)");
        assertThat(client.put(path + "?plan=other", store("up-1"), "*").status())
                .isEqualTo(409);
    }

    @Test
    void what_is_taken_or_unknown_is_pointed_at() {
        client.post(STORES, store("taken").put("external_id", "taken-1"));
        var id = client.post(STORES, store("taken-2").put("external_id", "taken-1"));
        assertThat(id.status()).isEqualTo(409);
        assertThat(id.pointers()).containsExactly("/external_id");
        var code = client.post(STORES, store("taken").put("external_id", "taken-3"));
        assertThat(code.status()).isEqualTo(409);
        assertThat(code.pointers()).containsExactly("/code");
        var tier = client.patch(STORES + "/taken-1", new JsonObject().put("tier_code", "none"), "*");
        assertThat(tier.status()).isEqualTo(422);
        assertThat(tier.pointers()).containsExactly("/tier_code");
        for (var zone : new String[] {"Mars/Olympus", "EST5EDT4", "nowhere"}) {
            var answer = client.patch(STORES + "/taken-1", new JsonObject().put("time_zone", zone), "*");
            assertThat(answer.status()).as(zone).isEqualTo(422);
            assertThat(answer.pointers()).containsExactly("/time_zone");
        }
        assertThat(client.get(STORES + "/nobody").status()).isEqualTo(404);
        assertThat(client.patch(STORES + "/nobody", new JsonObject(), "*").status())
                .isEqualTo(404);
    }

    @Test
    void each_wrong_member_of_a_store_is_pointed_at() {
        var wrong = new JsonObject()
                .put("external_id", "a b")
                .put("code", "-")
                .put("name", "")
                .put("status", "gone")
                .put("billing_interval", "week")
                .put("period_anchor", "yesterday")
                .put("time_zone", "");
        assertThat(client.post(STORES, wrong).pointers())
                .containsExactlyInAnyOrder(
                        "/external_id",
                        "/code",
                        "/name",
                        "/status",
                        "/billing_interval",
                        "/period_anchor",
                        "/time_zone",
                        "/tier_code");
    }

    @Test
    void the_list_is_searched_and_narrowed() {
        for (int i = 0; i < 5; i++) {
            client.post(
                    STORES,
                    store("list-" + i).put("external_id", "L" + i).put("name", i == 3 ? "100% Ümlaut" : "Plain"));
        }
        gateway.sql("UPDATE stores SET status = 'suspended', tier_code = 'business' WHERE external_id = 'L4'");
        assertThat(client.pages(STORES + "?limit=2&search=LIST-", "external_id"))
                .containsExactly("L0", "L1", "L2", "L3", "L4");
        assertThat(AdminClient.each(
                        client.get(STORES + "?search=100%25%20%C3%9C").object(), "external_id"))
                .containsExactly("L3");
        assertThat(AdminClient.each(
                        client.get(STORES + "?search=list-&status=suspended").object(), "external_id"))
                .containsExactly("L4");
        assertThat(AdminClient.each(
                        client.get(STORES + "?search=list-&tier=business").object(), "external_id"))
                .containsExactly("L4");
        assertThat(client.get(STORES + "?plan=none").object().getJsonArray("items"))
                .isEmpty();
        assertThat(client.get(STORES + "?status=gone").status()).isEqualTo(400);
    }
}
