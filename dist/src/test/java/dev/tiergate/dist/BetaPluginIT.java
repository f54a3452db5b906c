package dev.tiergate.dist;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tiergate.Eventually;
import dev.tiergate.RunningGateway;
import dev.tiergate.fixtures.RawClient;
import dev.tiergate.plugins.PluginCatalogue;
import dev.tiergate.routes.LoadResult;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The plugin as it is shipped: found on the class path, asked on a running gateway of a feature that is in beta. */
class BetaPluginIT {

    private static final String ROUTES = """
            plugins: [ beta: {} ]
            routes:
              - { path: /beta, feature: basic_products, check-limits: false, upstream: shop }
              - { path: /orders, feature: basic_orders, upstream: shop }
              - { path: /account, upstream: shop }
              - { path: /shadow, feature: basic_products, check-limits: false, mode: shadow, upstream: shop }
            """;

    private static final String OPT_IN = "/api/v1/store/features/basic_products/opt-in";

    private static final Duration PROMISED = Duration.ofSeconds(1);

    private static RunningGateway gateway;

    @BeforeAll
    static void start() throws Exception {
        gateway = RunningGateway.start(
                ROUTES, Map.of(), PluginCatalogue.ofClassPath().checks());
        for (var store : List.of("b1", "b2", "b3")) {
            gateway.store(store, "essential");
        }
        gateway.sql("UPDATE features SET is_beta = true WHERE code = 'basic_products'");
        Eventually.holds("the feature is in beta", () -> get("b3", "/beta").status() == 403);
    }

    @AfterAll
    static void stop() throws Exception {
        gateway.close();
    }

    @BeforeEach
    void forget() {
        gateway.backend().reset();
    }

    @Test
    void a_store_that_opts_in_gets_the_feature_on_every_event_loop_and_one_that_leaves_loses_it() throws Exception {
        assertThat(get("b1", "/beta").status()).isEqualTo(403);
        assertThat(ask("b1", "PUT", OPT_IN).status()).isEqualTo(200);
        assertThat(Eventually.holds("the store is in", () -> get("b1", "/beta").status() == 200))
                .isLessThan(PROMISED);
        for (int request = 0; request < 10; request++) {
            assertThat(get("b1", "/beta").status()).isEqualTo(200);
        }
        assertThat(feature("b1").getBoolean("opted_in")).isTrue();
        assertThat(ask("b1", "DELETE", OPT_IN).status()).isEqualTo(200);
        assertThat(Eventually.holds("the store is out", () -> get("b1", "/beta").status() == 403))
                .isLessThan(PROMISED);
    }

    @Test
    void the_refusal_says_how_to_opt_in() {
        var refused = get("b2", "/beta");
        assertThat(refused.status()).isEqualTo(403);
        var json = new JsonObject(refused.text());
        assertThat(json.getString("reason")).isEqualTo("beta_opt_in_required");
        assertThat(json.getString("feature_code")).isEqualTo("basic_products");
        assertThat(json.getString("opt_in")).isEqualTo(OPT_IN);
        assertThat(json.getString("detail")).contains("PUT " + OPT_IN);
        assertThat(gateway.backend().requests()).isEmpty();
    }

    @Test
    void an_override_is_no_opt_in() {
        gateway.sql("INSERT INTO store_feature_overrides (store_id, feature_code, enabled) "
                + "SELECT id, 'basic_products', true FROM stores WHERE external_id = 'b2'");
        Eventually.so(
                "the override is there", () -> "override".equals(feature("b2").getString("source")));
        assertThat(get("b2", "/beta").status()).isEqualTo(403);
    }

    @Test
    void whatever_is_not_in_beta_passes() {
        assertThat(get("b2", "/orders").status()).isEqualTo(200);
        assertThat(get("b2", "/account").status()).isEqualTo(200);
        assertThat(get("b2", "/shadow").status()).isEqualTo(200);
    }

    @Test
    void requests_of_features_in_beta_are_counted() {
        var refused = "tiergate_plugin_beta_requests_total{outcome=\"refused\"}";
        var before = gateway.metric(refused);
        get("b3", "/beta");
        get("b3", "/orders");
        assertThat(gateway.metric(refused)).isEqualTo(before + 1);
        assertThat(gateway.admin("/metrics").text())
                .contains("tiergate_plugin_beta_requests_total{outcome=\"opted_in\"}");
    }

    @ParameterizedTest
    @ValueSource(strings = {"beta: { features: [ basic_products ] }", "beta: on", "bata: {}"})
    void a_wrong_configuration_is_a_problem_with_its_place(String plugin) throws Exception {
        var text = """
                version: 1
                upstreams: { shop: { endpoints: [ "http://127.0.0.1:9001" ] } }
                auth: { jwt: { jwks: "https://id.example.com/jwks", algorithms: [ RS256 ] } }
                plugins: [ %s ]
                routes: [ { path: /x, upstream: shop } ]
                """.formatted(plugin);
        var result = PluginCatalogue.ofClassPath().routes(name -> null).load("routes.yaml", text, null);
        assertThat(result)
                .isInstanceOfSatisfying(
                        LoadResult.Rejected.class,
                        rejected -> assertThat(rejected.problems())
                                .singleElement()
                                .asString()
                                .matches("routes\\.yaml:4:[0-9]+: .+"));
    }

    private static JsonObject feature(String store) {
        return new JsonObject(
                get(store, "/api/v1/store/features/basic_products").text());
    }

    private static RawClient.Response get(String store, String path) {
        return ask(store, "GET", path);
    }

    private static RawClient.Response ask(String store, String method, String path) {
        var token = gateway.token(store, Map.of("roles", List.of("owner")));
        return gateway.exchange(
                method + " " + path + " HTTP/1.1\r\nHost: gw.test\r\nAuthorization: Bearer " + token + "\r\n\r\n");
    }
}
