package dev.tiergate.api.admin;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tiergate.api.admin.AdminClient.Answer;
import io.vertx.core.json.JsonObject;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class AuditIT extends AdminScene {

    private static final String ADMIN = "/api/v1/admin";
    private static final String AUDIT = ADMIN + "/audit";

    private static int rows() {
        return client.pages(AUDIT + "?limit=1000", "actor").size();
    }

    private static JsonObject newest(String filter) {
        return client.get(AUDIT + "?limit=1" + filter)
                .object()
                .getJsonArray("items")
                .getJsonObject(0);
    }

    /** Every kind of write once, those that change nothing among them. */
    private static List<Answer> writes(String name) {
        var all = new ArrayList<Answer>();
        var store = new JsonObject().put("code", name).put("name", "W").put("tier_code", "essential");
        var override = new JsonObject().put("enabled", true).put("reason", "r");
        var tiers = ADMIN + "/subscriptions/tiers";
        var limits = ADMIN + "/subscriptions/features/tiers/business/limits";
        all.add(client.send("PUT", ADMIN + "/stores/" + name, store.encode(), Map.of()));
        all.add(client.put(ADMIN + "/stores/" + name, store, "*"));
        all.add(client.patch(ADMIN + "/stores/" + name, new JsonObject().put("tier_code", "business"), "*"));
        all.add(client.post(
                ADMIN + "/stores", store.copy().put("code", name + "2").put("external_id", name + "2")));
        all.add(client.post(
                ADMIN + "/features/stores/" + name + "/overrides",
                override.copy().put("feature_code", "webhooks")));
        all.add(client.put(
                ADMIN + "/features/stores/" + name + "/overrides/webhooks", override.put("enabled", false), "*"));
        all.add(client.delete(ADMIN + "/features/stores/" + name + "/overrides/webhooks", "*"));
        all.add(client.post(
                tiers, new JsonObject().put("code", "top").put("name", "Top").put("display_order", 9)));
        all.add(client.patch(tiers + "/top", new JsonObject().put("name", "Top"), "*"));
        all.add(client.delete(tiers + "/top", "*"));
        all.add(client.put(limits, client.get(limits).array(), "*"));
        all.add(client.send("POST", ADMIN + "/features/webhooks/toggle", "", Map.of("If-Match", "*")));
        return all;
    }

    @Test
    void each_write_that_was_done_is_one_row_and_no_other_is() {
        var before = rows();
        var done = writes("w1");
        assertThat(done).allSatisfy(answer -> assertThat(answer.status()).isBetween(200, 204));
        var refused = List.of(
                client.patch(ADMIN + "/stores/w1", new JsonObject().put("tier_code", "none"), "*"),
                client.patch(ADMIN + "/stores/w1", new JsonObject().put("tier_code", "business"), "\"0\""),
                client.delete(ADMIN + "/subscriptions/tiers/business", "*"),
                client.put(ADMIN + "/features/webhooks", new JsonObject(), "*"));
        assertThat(refused).extracting(Answer::status).containsExactly(422, 412, 409, 400);
        var log = client.get(AUDIT + "?limit=" + done.size()).object().getJsonArray("items");
        for (int i = 0; i < done.size(); i++) {
            var row = log.getJsonObject(done.size() - 1 - i);
            assertThat(row.getString("actor")).isEqualTo("admin");
            assertThat(row.getString("request_id"))
                    .isEqualTo(done.get(i).response().header("X-Request-Id").orElseThrow());
        }
        assertThat(rows()).isEqualTo(before + done.size());
    }

    @Test
    void a_row_says_what_was_and_what_is_of_all_that_changed() {
        var path = ADMIN + "/features/custom_domain";
        var now = client.get(path);
        var change = new JsonObject();
        List.of("name", "description", "category", "dependencies", "model_group")
                .forEach(name -> change.put(name, now.object().getValue(name)));
        client.put(path, change.put("minimum_tier_code", "enterprise"), now.etag());
        var row = newest("&entity=features&entity_id=custom_domain");
        assertThat(row.getString("action")).isEqualTo("update");
        assertThat(row.getJsonObject("before").fieldNames())
                .containsExactlyInAnyOrder(
                        "features/custom_domain",
                        "tier_features/orion/professional/custom_domain",
                        "tier_features/orion/business/custom_domain");
        assertThat(row.getJsonObject("after").fieldNames()).containsExactly("features/custom_domain");
        assertThat(row.getJsonObject("before")
                        .getJsonObject("features/custom_domain")
                        .getString("minimum_tier_code"))
                .isEqualTo("professional");
        client.send("POST", path + "/toggle", "", Map.of("If-Match", "*"));
        assertThat(newest("&entity=features&entity_id=custom_domain").getString("action"))
                .isEqualTo("toggle");
    }

    @Test
    void a_change_by_hand_is_there_like_any_other() {
        gateway.sql("UPDATE features SET name = 'By hand' WHERE code = 'email_marketing'");
        var row = newest("");
        assertThat(row.getString("actor")).isEqualTo("postgres");
        assertThat(row.getString("action") + " " + row.getString("entity") + " " + row.getString("entity_id"))
                .isEqualTo("update features email_marketing");
        assertThat(row.getValue("request_id")).isNull();
        gateway.sql("INSERT INTO tiers (code, name, display_order) VALUES ('hand', 'Hand', 50)");
        gateway.sql("INSERT INTO tier_features (tier_code, feature_code) VALUES ('hand', 'basic_theme')");
        gateway.sql("DELETE FROM tiers WHERE code = 'hand'");
        var gone = newest("");
        assertThat(gone.getString("entity") + " " + gone.getString("entity_id")).isEqualTo("tiers orion/hand");
        assertThat(gone.getJsonObject("before").fieldNames())
                .containsExactlyInAnyOrder("tiers/orion/hand", "tier_features/orion/hand/basic_theme");
    }

    @Test
    void the_list_is_narrowed_by_who_what_and_when() {
        var start = Instant.now();
        client.as("editor", "POST", ADMIN + "/features/basic_theme/toggle", "", Map.of("If-Match", "*"));
        client.send("POST", ADMIN + "/features/basic_api/toggle", "", Map.of("If-Match", "*"));
        assertThat(AdminClient.each(client.get(AUDIT + "?actor=editor").object(), "entity_id"))
                .containsExactly("basic_theme");
        assertThat(AdminClient.each(
                        client.get(AUDIT + "?entity=features&since=" + start).object(), "entity_id"))
                .startsWith("basic_api");
        assertThat(client.get(AUDIT + "?since=2099-01-01T00:00:00Z").object().getJsonArray("items"))
                .isEmpty();
        assertThat(client.get(AUDIT + "?since=today").status()).isEqualTo(400);
        var ids = new ArrayList<Long>();
        for (var item : client.get(AUDIT).object().getJsonArray("items")) {
            ids.add(((JsonObject) item).getLong("id"));
        }
        assertThat(ids).isSortedAccordingTo(java.util.Comparator.reverseOrder());
    }

    @Test
    void markup_comes_back_as_the_text_that_it_is() {
        var texts = List.of(
                "<img src=x onerror=alert(1)>", "</script><script>", "{{7*7}}", "javascript:alert(1)", "' OR 1=1; --");
        for (var text : texts) {
            var patched = client.patch(
                    ADMIN + "/subscriptions/tiers/essential",
                    new JsonObject().put("description", text).put("name", text),
                    "*");
            assertThat(patched.object().getString("name")).isEqualTo(text);
            assertThat(patched.response().header("Content-Type")).contains("application/json");
            assertThat(newest("")
                            .getJsonObject("after")
                            .getJsonObject("tiers/orion/essential")
                            .getString("description"))
                    .isEqualTo(text);
        }
        gateway.store("mark", "business");
        var reason = new JsonObject()
                .put("feature_code", "webhooks")
                .put("enabled", true)
                .put("reason", texts.get(0));
        assertThat(client.post(ADMIN + "/features/stores/mark/overrides", reason)
                        .object()
                        .getString("reason"))
                .isEqualTo(texts.get(0));
    }

    @Test
    void the_chain_holds_after_all_of_that() throws Exception {
        writes("w9");
        var outcome = AuditVerifier.verify(gateway.database(), rows -> {});
        assertThat(outcome.broken()).isNull();
        assertThat(outcome.rows()).isEqualTo(rows());
        assertThat(outcome.head()).isEqualTo(newest("").getString("hash"));
    }
}
