package dev.tiergate;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tiergate.fixtures.RawClient;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** A store can keep a feature for some of its people. */
class FeatureRolesIT {

    private static final String ROUTES = """
            routes:
              - { path: /api/orders, feature: basic_orders, upstream: shop }
              - { path: /api/products, feature: basic_products, upstream: shop }
            """;

    private static RunningGateway gateway;

    @BeforeAll
    static void start() throws Exception {
        gateway = RunningGateway.start(ROUTES);
        for (var store : List.of("kept", "open", "changing")) {
            gateway.store(store, "essential");
        }
        keep("kept", "basic_orders", "clerk,owner");
    }

    @AfterAll
    static void stop() throws Exception {
        gateway.close();
    }

    @Test
    void one_of_the_roles_is_enough() {
        assertThat(get("kept", "/api/orders", List.of("driver", "owner")).status())
                .isEqualTo(200);
    }

    @Test
    void without_one_the_refusal_names_them_and_no_tier() {
        var refused = get("kept", "/api/orders", List.of("driver"));
        assertThat(refused.status()).isEqualTo(403);
        var body = new JsonObject(refused.text());
        assertThat(body.getString("reason")).isEqualTo("role_missing");
        assertThat(body.getString("detail"))
                .isEqualTo("Feature 'basic_orders' is kept for these roles of the store: clerk, owner");
        assertThat(body.getValue("required_tier")).isNull();
        assertThat(get("kept", "/api/orders", List.of()).status()).isEqualTo(403);
    }

    @Test
    void other_features_and_other_stores_are_for_everybody() {
        assertThat(get("kept", "/api/products", List.of()).status()).isEqualTo(200);
        assertThat(get("open", "/api/orders", List.of()).status()).isEqualTo(200);
    }

    @Test
    void a_change_is_in_force_at_once() throws Exception {
        assertThat(get("changing", "/api/orders", List.of()).status()).isEqualTo(200);
        keep("changing", "basic_orders", "owner");
        var waited = Eventually.holds(
                "the feature is kept",
                () -> get("changing", "/api/orders", List.of()).status() == 403);
        assertThat(waited).isLessThan(Duration.ofSeconds(1));
    }

    private static void keep(String store, String feature, String roles) {
        gateway.sql("INSERT INTO feature_roles (store_id, feature_code, roles) SELECT id, '" + feature + "', '{" + roles
                + "}' FROM stores WHERE external_id = '" + store + "'");
    }

    private static RawClient.Response get(String store, String path, List<String> roles) {
        var token = gateway.token(store, Map.of("roles", roles));
        return gateway.exchange(
                "GET " + path + " HTTP/1.1\r\nHost: gw.test\r\nAuthorization: Bearer " + token + "\r\n\r\n");
    }
}
