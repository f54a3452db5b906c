package dev.tiergate.api.admin;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class FeaturesIT extends AdminScene {

    private static final String FEATURES = "/api/v1/admin/features";

    private static JsonObject change(JsonObject feature) {
        var change = new JsonObject();
        List.of("name", "description", "category", "minimum_tier_code", "dependencies", "model_group", "is_beta")
                .forEach(name -> change.put(name, feature.getValue(name)));
        return change;
    }

    @Test
    void the_list_has_all_features_of_the_plan_by_code() {
        var page = client.get(FEATURES).object();
        assertThat(page.getJsonArray("items")).hasSize(32);
        assertThat(page.getValue("next_cursor")).isNull();
        assertThat(AdminClient.each(page, "code")).isSorted();
        assertThat(client.get(FEATURES + "?plan=phoenix").object().getJsonArray("items"))
                .isEmpty();
    }

    @Test
    void one_is_found_by_code_and_by_number() {
        gateway.store("f1", "business");
        var feature = client.get(FEATURES + "/advanced_analytics").object();
        assertThat(feature.getJsonObject("minimum_tier"))
                .isEqualTo(new JsonObject()
                        .put("code", "business")
                        .put("name", "Business")
                        .put("order", 3));
        assertThat(feature.getJsonObject("counts").getInteger("tiers")).isEqualTo(2);
        assertThat(feature.getJsonObject("counts").getInteger("stores")).isEqualTo(1);
        assertThat(client.get(FEATURES + "/" + feature.getInteger("id")).object())
                .isEqualTo(feature);
        assertThat(client.get(FEATURES + "/nothing").status()).isEqualTo(404);
        assertThat(client.get(FEATURES + "/No%20Code").status()).isEqualTo(404);
        assertThat(client.get(FEATURES + "/99999").status()).isEqualTo(404);
    }

    @Test
    void category_and_search_narrow_the_list() {
        assertThat(AdminClient.each(client.get(FEATURES + "?category=team").object(), "category"))
                .hasSize(3)
                .containsOnly("team");
        assertThat(AdminClient.each(client.get(FEATURES + "?search=API").object(), "code"))
                .containsExactly("advanced_api", "basic_api");
        assertThat(AdminClient.each(client.get(FEATURES + "?search=%25").object(), "code"))
                .as("a percent sign is a percent sign")
                .isEmpty();
    }

    @Test
    void pages_follow_one_another_to_the_end() {
        var codes = client.pages(FEATURES + "?limit=7", "code");
        assertThat(codes).hasSize(32).isSorted().doesNotHaveDuplicates();
    }

    @Test
    void a_change_is_seen_and_changes_the_tag() {
        var before = client.get(FEATURES + "/custom_reports");
        var change = change(before.object())
                .put("description", "Made to measure")
                .put("minimum_tier_code", "business")
                .put("dependencies", new JsonArray().add("advanced_analytics"));
        var after = client.put(FEATURES + "/custom_reports", change, before.etag());
        assertThat(after.status()).isEqualTo(200);
        assertThat(after.etag()).isNotEqualTo(before.etag());
        assertThat(change(after.object())).isEqualTo(change);
        assertThat(after.object().getJsonObject("counts").getInteger("tiers")).isEqualTo(2);
        assertThat(client.get(FEATURES + "/custom_reports").object()).isEqualTo(after.object());
        var again = client.put(FEATURES + "/custom_reports", change, before.etag());
        assertThat(again.status()).isEqualTo(412);
    }

    @Test
    void the_switch_flips_for_those_who_saw_how_it_stands() {
        var before = client.get(FEATURES + "/loyalty_program");
        var path = FEATURES + "/loyalty_program/toggle";
        assertThat(client.send("POST", path, "", Map.of()).status()).isEqualTo(428);
        var off = client.send("POST", path, "", Map.of("If-Match", before.etag()));
        assertThat(off.object().getBoolean("is_active")).isFalse();
        assertThat(client.send("POST", path, "", Map.of("If-Match", before.etag()))
                        .status())
                .isEqualTo(412);
        var on = client.send("POST", path, "", Map.of("If-Match", "\"other\", " + off.etag()));
        assertThat(on.object().getBoolean("is_active")).isTrue();
    }

    @Test
    void each_wrong_member_is_pointed_at() {
        var wrong = new JsonObject()
                .put("name", "a\nb")
                .put("description", 5)
                .put("category", "No")
                .put(
                        "dependencies",
                        new JsonArray().add("webhooks").add("webhooks").add("X"))
                .put("model_group", true)
                .put("code", "other");
        var answer = client.put(FEATURES + "/webhooks", wrong, "*");
        assertThat(answer.status()).isEqualTo(400);
        assertThat(answer.pointers())
                .containsExactlyInAnyOrder(
                        "/name",
                        "/description",
                        "/category",
                        "/minimum_tier_code",
                        "/dependencies/1",
                        "/dependencies/2",
                        "/model_group",
                        "/code");
    }

    @Test
    void what_the_plan_does_not_have_is_pointed_at() {
        var now = client.get(FEATURES + "/webhooks");
        var unknown = change(now.object())
                .put("dependencies", new JsonArray().add("basic_api").add("other"));
        assertThat(client.put(FEATURES + "/webhooks", unknown, now.etag()).pointers())
                .containsExactly("/dependencies/1");
        var tier = client.put(FEATURES + "/webhooks", change(now.object()).put("minimum_tier_code", "x"), now.etag());
        assertThat(tier.status()).isEqualTo(422);
        assertThat(tier.pointers()).containsExactly("/minimum_tier_code");
        var models = client.put(FEATURES + "/webhooks", change(now.object()).put("model_group", "x"), now.etag());
        assertThat(models.pointers()).containsExactly("/model_group");
        assertThat(client.get(FEATURES + "/webhooks").etag()).isEqualTo(now.etag());
    }

    @Test
    void a_circle_of_dependencies_is_refused_where_it_closes() {
        var first = client.get(FEATURES + "/email_marketing");
        var linked = change(first.object()).put("dependencies", new JsonArray().add("abandoned_cart"));
        assertThat(client.put(FEATURES + "/email_marketing", linked, first.etag())
                        .status())
                .isEqualTo(200);
        var second = client.get(FEATURES + "/abandoned_cart");
        var closing = change(second.object())
                .put("dependencies", new JsonArray().add("basic_api").add("email_marketing"));
        var answer = client.put(FEATURES + "/abandoned_cart", closing, second.etag());
        assertThat(answer.status()).isEqualTo(422);
        assertThat(answer.pointers()).containsExactly("/dependencies/1");
        var itself = change(second.object()).put("dependencies", new JsonArray().add("abandoned_cart"));
        assertThat(client.put(FEATURES + "/abandoned_cart", itself, second.etag())
                        .pointers())
                .containsExactly("/dependencies/0");
    }
}
