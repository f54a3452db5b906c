package dev.tiergate.api.admin;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.Map;
import org.junit.jupiter.api.Test;

class TiersIT extends AdminScene {

    private static final String TIERS = "/api/v1/admin/subscriptions/tiers";
    private static final String FEATURES = "/api/v1/admin/subscriptions/features";

    private static JsonObject tier(String plan, String code, int order) {
        var made = client.post(
                TIERS + "?plan=" + plan,
                new JsonObject().put("code", code).put("name", code).put("display_order", order));
        assertThat(made.status()).isEqualTo(201);
        return made.object();
    }

    @Test
    void the_list_has_the_tiers_of_a_plan_in_their_order() {
        assertThat(client.pages(TIERS + "?limit=3", "code"))
                .containsExactly("essential", "professional", "business", "enterprise");
        assertThat(client.get(TIERS + "/business").object().getInteger("price_monthly_cents"))
                .isEqualTo(14900);
        assertThat(client.get(TIERS + "/business?plan=other").status()).isEqualTo(404);
    }

    @Test
    void a_tier_is_made_found_and_changed_member_by_member() {
        var wanted = new JsonObject()
                .put("code", "starter")
                .put("name", "Starter")
                .put("display_order", 0)
                .put("description", "To begin with")
                .put("price_monthly_cents", 900)
                .put("stripe_product_id", "prod_1")
                .put("is_public", false);
        var made = client.post(TIERS + "?plan=made", wanted);
        assertThat(made.status()).isEqualTo(201);
        var location = made.response().header("Location").orElseThrow();
        var found = client.get(location);
        assertThat(found.object()).isEqualTo(made.object());
        assertThat(found.etag()).isEqualTo(made.etag());
        assertThat(found.object().getBoolean("is_active")).isTrue();
        assertThat(found.object().getValue("price_annual_cents")).isNull();
        var patch = new JsonObject().put("price_monthly_cents", null).put("name", "Starters");
        var changed = client.patch(location, patch, found.etag());
        assertThat(changed.object().getString("name")).isEqualTo("Starters");
        assertThat(changed.object().getValue("price_monthly_cents")).isNull();
        assertThat(changed.object().getString("description")).isEqualTo("To begin with");
        assertThat(client.patch(location, patch, found.etag()).status()).isEqualTo(412);
    }

    @Test
    void codes_and_orders_are_taken_once_a_plan() {
        tier("taken", "one", 1);
        var sameCode = new JsonObject().put("code", "one").put("name", "x").put("display_order", 2);
        var code = client.post(TIERS + "?plan=taken", sameCode);
        assertThat(code.status()).isEqualTo(409);
        assertThat(code.pointers()).containsExactly("/code");
        var sameOrder = new JsonObject().put("code", "two").put("name", "x").put("display_order", 1);
        var order = client.post(TIERS + "?plan=taken", sameOrder);
        assertThat(order.status()).isEqualTo(409);
        assertThat(order.pointers()).containsExactly("/display_order");
        assertThat(client.post(TIERS + "?plan=elsewhere", sameOrder).status()).isEqualTo(201);
    }

    @Test
    void each_wrong_member_of_a_tier_is_pointed_at() {
        var wrong = new JsonObject()
                .put("code", "A")
                .put("display_order", -1)
                .put("price_monthly_cents", 1.5)
                .put("price_annual_cents", "1")
                .put("stripe_product_id", "a b")
                .put("is_active", "yes")
                .put("description", "\u0000")
                .put("colour", "red");
        assertThat(client.post(TIERS, wrong).pointers())
                .containsExactlyInAnyOrder(
                        "/code",
                        "/display_order",
                        "/price_monthly_cents",
                        "/price_annual_cents",
                        "/stripe_product_id",
                        "/is_active",
                        "/description",
                        "/colour",
                        "/name");
        assertThat(client.patch(TIERS + "/business", new JsonObject().put("code", "b"), "*")
                        .pointers())
                .containsExactly("/code");
    }

    @Test
    void a_repeat_with_its_key_is_answered_as_the_first_and_changes_nothing() {
        var wanted = new JsonObject().put("code", "once").put("name", "Once").put("display_order", 1);
        var key = Map.of("Idempotency-Key", "key-1");
        var first = client.send("POST", TIERS + "?plan=repeat", wanted.encode(), key);
        var again = client.send("POST", TIERS + "?plan=repeat", wanted.encode(), key);
        assertThat(again.status()).isEqualTo(201);
        assertThat(again.object()).isEqualTo(first.object());
        assertThat(again.etag()).isEqualTo(first.etag());
        assertThat(again.response().header("Location"))
                .isEqualTo(first.response().header("Location"));
        var other = client.send(
                "POST", TIERS + "?plan=repeat", wanted.put("name", "Twice").encode(), key);
        assertThat(other.status()).isEqualTo(422);
        assertThat(other.reason()).isEqualTo("idempotency_key_reused");
        assertThat(client.as(
                                "editor",
                                "POST",
                                TIERS + "?plan=repeat",
                                wanted.put("code", "theirs")
                                        .put("display_order", 2)
                                        .encode(),
                                key)
                        .status())
                .as("a key belongs to who sent it")
                .isEqualTo(201);
        gateway.sql("UPDATE idempotency_keys SET created_at = now() - interval '24 hours'");
        assertThat(client.send(
                                "POST",
                                TIERS + "?plan=repeat",
                                wanted.put("code", "later")
                                        .put("display_order", 3)
                                        .encode(),
                                key)
                        .status())
                .isEqualTo(201);
    }

    @Test
    void a_tier_goes_unless_a_store_is_on_it() {
        tier("leaving", "here", 1);
        var path = TIERS + "/here?plan=leaving";
        gateway.sql(
                "INSERT INTO stores (external_id, code, name, plan, tier_code) VALUES ('l1', 'l1', 'L', 'leaving', 'here')");
        var refused = client.delete(path, client.get(path).etag());
        assertThat(refused.status()).isEqualTo(409);
        assertThat(refused.reason()).isEqualTo("in_use");
        gateway.sql("DELETE FROM stores WHERE external_id = 'l1'");
        assertThat(client.delete(path, "\"0\"").status()).isEqualTo(412);
        assertThat(client.delete(path, client.get(path).etag()).status()).isEqualTo(204);
        assertThat(client.delete(path, "*").status()).isEqualTo(404);
    }

    @Test
    void estimated_revenue_is_of_active_stores_and_a_year_is_twelve_months() {
        gateway.sql(
                "INSERT INTO tiers (plan, code, name, display_order, price_monthly_cents, price_annual_cents, is_public) "
                        + "VALUES ('money', 'low', 'Low', 1, 1000, 10001, true), ('money', 'free', 'Free', 2, NULL, NULL, false)");
        gateway.sql("INSERT INTO stores (external_id, code, name, plan, tier_code, status, billing_interval) VALUES "
                + "('m1', 'm1', 'M', 'money', 'low', 'active', 'month'), ('m2', 'm2', 'M', 'money', 'low', 'active', 'year'), "
                + "('m3', 'm3', 'M', 'money', 'low', 'active', 'year'), ('m4', 'm4', 'M', 'money', 'low', 'suspended', 'month'), "
                + "('m5', 'm5', 'M', 'money', 'free', 'active', 'month')");
        var stats = client.get("/api/v1/admin/subscriptions/stats?plan=money").object();
        assertThat(stats.getInteger("estimated_mrr_cents")).isEqualTo(2667);
        assertThat(stats.getJsonObject("tiers"))
                .isEqualTo(new JsonObject().put("total", 2).put("active", 2).put("public", 1));
        assertThat(stats.getJsonObject("stores"))
                .isEqualTo(new JsonObject().put("total", 5).put("active", 4));
        assertThat(stats.getJsonArray("stores_per_tier").getJsonObject(0).getInteger("stores"))
                .isEqualTo(4);
        var none = client.get("/api/v1/admin/subscriptions/stats?plan=none").object();
        assertThat(none.getInteger("estimated_mrr_cents")).isZero();
    }

    @Test
    void the_catalogue_has_all_features_by_category() {
        var categories = client.get(FEATURES + "/catalog").object().getJsonArray("categories");
        assertThat(categories).hasSize(8);
        assertThat(categories.getJsonObject(0).getString("category")).isEqualTo("analytics");
        assertThat(categories.getJsonObject(0).getJsonArray("features")).hasSize(4);
        assertThat(client.get(FEATURES + "/catalog?plan=none").object().getJsonArray("categories"))
                .isEmpty();
    }

    private static JsonObject entry(String feature, Object... limits) {
        var given = new JsonArray();
        for (int i = 0; i < limits.length; i += 2) {
            given.add(new JsonObject().put("limit_type", limits[i]).put("limit_value", limits[i + 1]));
        }
        return new JsonObject().put("feature_code", feature).put("limits", given);
    }

    @Test
    void an_assignment_is_read_as_it_is_written() {
        var path = FEATURES + "/tiers/essential/limits";
        var before = client.get(path);
        assertThat(before.array())
                .hasSize(6)
                .contains(entry(null, "team_members", 1), entry("basic_orders", "orders", 100));
        var same = client.put(path, before.array(), before.etag());
        assertThat(same.status()).isEqualTo(200);
        assertThat(same.array()).isEqualTo(before.array());
        assertThat(same.etag()).isEqualTo(before.etag());
        assertThat(client.get(FEATURES + "/tiers/nothing/limits").status()).isEqualTo(404);
    }

    @Test
    void an_assignment_is_replaced_whole_and_minimum_tiers_follow() {
        var path = FEATURES + "/tiers/professional/limits";
        var before = client.get(path);
        var wanted = new JsonArray()
                .add(entry("basic_orders", "orders", 700))
                .add(entry("basic_products"))
                .add(new JsonObject().put("feature_code", "webhooks"));
        var after = client.put(path, wanted, before.etag());
        assertThat(after.array())
                .containsExactlyInAnyOrder(
                        entry(null, "team_members", 5),
                        entry("basic_orders", "orders", 700),
                        entry("basic_products"),
                        entry("webhooks"));
        assertThat(client.get("/api/v1/admin/features/webhooks").object().getString("minimum_tier_code"))
                .isEqualTo("professional");
        assertThat(client.get("/api/v1/admin/features/basic_api").object().getString("minimum_tier_code"))
                .isEqualTo("business");
        assertThat(client.put(path, wanted, before.etag()).status()).isEqualTo(412);
        var bare = client.put(path, new JsonArray().add(entry(null)), after.etag());
        assertThat(bare.array()).isEmpty();
    }

    @Test
    void what_an_assignment_cannot_hold_is_pointed_at_and_nothing_is_changed() {
        var path = FEATURES + "/tiers/business/limits";
        var before = client.get(path);
        var wrong = new JsonArray()
                .add(entry("webhooks", "orders", 1))
                .add(entry("other"))
                .add(entry("basic_orders", "orders", 5, "nothing", 1))
                .add(entry(null, "orders", 1));
        var answer = client.put(path, wrong, before.etag());
        assertThat(answer.status()).isEqualTo(422);
        assertThat(answer.pointers())
                .containsExactly(
                        "/0/limits/0/limit_type",
                        "/1/feature_code",
                        "/2/limits/1/limit_type",
                        "/3/limits/0/limit_type");
        var twice =
                new JsonArray().add(entry("webhooks")).add(entry("webhooks")).add(entry("basic_orders", "orders", -2));
        var form = client.put(path, twice, before.etag());
        assertThat(form.status()).isEqualTo(400);
        assertThat(form.pointers()).containsExactlyInAnyOrder("/1/feature_code", "/2/limits/0/limit_value");
        assertThat(client.get(path).etag()).isEqualTo(before.etag());
    }

    @Test
    void unlimited_and_nothing_at_all_are_amounts() {
        var path = FEATURES + "/tiers/enterprise/limits";
        var before = client.get(path);
        var wanted = new JsonArray();
        for (var each : before.array()) {
            var one = (JsonObject) each;
            wanted.add("basic_orders".equals(one.getString("feature_code")) ? entry("basic_orders", "orders", 0) : one);
        }
        assertThat(client.put(path, wanted, before.etag()).array()).contains(entry("basic_orders", "orders", 0));
        assertThat(before.array()).contains(entry("basic_products", "products", -1));
    }
}
