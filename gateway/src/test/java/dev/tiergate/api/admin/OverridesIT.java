package dev.tiergate.api.admin;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.Map;
import org.junit.jupiter.api.Test;

class OverridesIT extends AdminScene {

    private static String store(String id) {
        gateway.store(id, "essential");
        return "/api/v1/admin/features/stores/" + id + "/overrides";
    }

    private static JsonObject override(String feature) {
        return new JsonObject()
                .put("feature_code", feature)
                .put("enabled", true)
                .put("reason", "Goodwill");
    }

    private static JsonArray limit(String type, int value) {
        return new JsonArray().add(new JsonObject().put("limit_type", type).put("limit_value", value));
    }

    @Test
    void an_override_is_made_changed_and_ended() {
        var path = store("o1");
        var made = client.post(
                path,
                override("basic_orders")
                        .put("limits", limit("orders", 250))
                        .put("expires_at", "2099-01-31T01:00:00+01:00"));
        assertThat(made.status()).isEqualTo(201);
        assertThat(made.object().getString("store_id")).isEqualTo("o1");
        assertThat(made.object().getString("created_by")).isEqualTo("admin");
        assertThat(made.object().getString("expires_at")).isEqualTo("2099-01-31T00:00:00Z");
        assertThat(made.object().getJsonArray("limits")).isEqualTo(limit("orders", 250));
        var one = made.response().header("Location").orElseThrow();
        assertThat(client.get(one).object()).isEqualTo(made.object());
        var other = client.put(
                one,
                new JsonObject()
                        .put("enabled", true)
                        .put("reason", "Goodwill")
                        .put("limits", limit("orders", 300))
                        .put("expires_at", "2099-01-31T00:00:00Z"),
                made.etag());
        assertThat(other.etag()).as("a limit alone changes the tag").isNotEqualTo(made.etag());
        var bare = client.put(one, new JsonObject().put("enabled", false).put("reason", "No"), other.etag());
        assertThat(bare.object().getJsonArray("limits")).isEmpty();
        assertThat(bare.object().getValue("expires_at")).isNull();
        assertThat(client.put(one, new JsonObject().put("enabled", true).put("reason", "x"), made.etag())
                        .status())
                .isEqualTo(412);
        assertThat(client.delete(one, made.etag()).status()).isEqualTo(412);
        assertThat(client.delete(one, bare.etag()).status()).isEqualTo(204);
        assertThat(client.get(one).status()).isEqualTo(404);
        assertThat(client.delete(one, "*").status()).isEqualTo(404);
        assertThat(client.put(one, new JsonObject().put("enabled", true).put("reason", "x"), "*")
                        .status())
                .isEqualTo(404);
    }

    @Test
    void there_is_one_live_override_a_feature_and_an_expired_one_makes_room() {
        var path = store("o2");
        assertThat(client.post(path, override("webhooks")).status()).isEqualTo(201);
        var second = client.post(path, override("webhooks"));
        assertThat(second.status()).isEqualTo(409);
        assertThat(second.pointers()).containsExactly("/feature_code");
        gateway.sql("UPDATE store_feature_overrides SET expires_at = now() - interval '1 second' "
                + "WHERE feature_code = 'webhooks'");
        assertThat(client.get(path)
                        .object()
                        .getJsonArray("items")
                        .getJsonObject(0)
                        .getBoolean("is_live"))
                .isFalse();
        var third = client.post(path, override("webhooks").put("reason", "Again"));
        assertThat(third.status()).isEqualTo(201);
        assertThat(third.object().getBoolean("is_live")).isTrue();
    }

    @Test
    void what_does_not_fit_is_pointed_at() {
        var path = store("o3");
        var form = new JsonObject()
                .put("feature_code", "X")
                .put("enabled", "true")
                .put("reason", "")
                .put("limits", limit("orders", -2))
                .put("expires_at", 5);
        assertThat(client.post(path, form).pointers())
                .containsExactlyInAnyOrder(
                        "/feature_code", "/enabled", "/reason", "/limits/0/limit_value", "/expires_at");
        var past = client.post(path, override("webhooks").put("expires_at", "2020-01-01T00:00:00Z"));
        assertThat(past.status()).isEqualTo(400);
        assertThat(past.pointers()).containsExactly("/expires_at");
        var unknown = client.post(path, override("nothing"));
        assertThat(unknown.status()).isEqualTo(422);
        assertThat(unknown.pointers()).containsExactly("/feature_code");
        var limits = client.post(path, override("webhooks").put("limits", limit("orders", 1)));
        assertThat(limits.status()).isEqualTo(422);
        assertThat(limits.pointers()).containsExactly("/limits/0/limit_type");
        gateway.sql(
                "INSERT INTO features (plan, code, name, category) VALUES ('phoenix', 'chat', 'Chat', 'chat') ON CONFLICT DO NOTHING");
        assertThat(client.post(path, override("chat")).pointers()).containsExactly("/feature_code");
        assertThat(client.get(path).object().getJsonArray("items")).isEmpty();
    }

    @Test
    void a_store_that_there_is_not_has_no_overrides() {
        var path = "/api/v1/admin/features/stores/nobody/overrides";
        assertThat(client.get(path).status()).isEqualTo(404);
        assertThat(client.post(path, override("webhooks")).status()).isEqualTo(404);
    }

    @Test
    void the_list_is_by_feature_and_in_parts() {
        var path = store("o4");
        for (var feature : new String[] {"webhooks", "basic_api", "white_label"}) {
            client.post(path, override(feature));
        }
        assertThat(client.pages(path + "?limit=2", "feature_code"))
                .containsExactly("basic_api", "webhooks", "white_label");
    }

    @Test
    void a_repeat_with_its_key_makes_one_override() {
        var path = store("o5");
        var key = Map.of("Idempotency-Key", "o5-key");
        var first = client.send("POST", path, override("webhooks").encode(), key);
        var again = client.send("POST", path, override("webhooks").encode(), key);
        assertThat(again.status()).isEqualTo(201);
        assertThat(again.text()).isEqualTo(first.text());
        assertThat(client.send("POST", path, override("webhooks").encode(), Map.of("Idempotency-Key", "o5-other"))
                        .status())
                .isEqualTo(409);
    }
}
