package dev.tiergate.dist;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tiergate.Eventually;
import dev.tiergate.RunningGateway;
import dev.tiergate.fixtures.RecordingBackend;
import dev.tiergate.plugins.PluginCatalogue;
import dev.tiergate.routes.LoadResult;
import io.vertx.core.json.JsonObject;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The plugin as it is shipped: found on the class path, configured by routes.yaml, asked on a running gateway. */
class DegradePluginIT {

    private static final String LEAST = "routes: [ { path: /least, public: true, upstream: shop } ]\n";

    private static final String HEAD = """
            version: 1
            upstreams:
              shop: { endpoints: [ "${SHOP}" ] }
              thrifty: { endpoints: [ "${THRIFTY}" ] }
            auth:
              jwt:
                public-keys: [ "${KEY}" ]
                algorithms: [ RS256 ]
                issuer: https://id.example.com/
                audience: shop
            routes:
              - { path: /thrifty, public: true, upstream: thrifty }
            """;

    private static final String ROUTES = HEAD + """
              - path: /reports
                feature: advanced_analytics
                check-limits: false
                plugins:
                  - degrade:
                      clamp: { limit: 50 }
                      tiers: { essential: { clamp: { limit: 10 }, set: { quality: sd }, headers: { X-Quality: sd } } }
                upstream: shop
              - path: /orders
                charge: [ { limit: orders, cost: 60 } ]
                plugins: [ degrade: { on: [ limit_reached ], upstream: thrifty } ]
                upstream: shop
              - path: /chat
                feature: basic_products
                check-limits: false
                model: { from: [ query ], name: model }
                plugins: [ degrade: { on: [ model_not_allowed ], set: { model: small } } ]
                upstream: shop
              - path: /switched-off
                feature: basic_theme
                check-limits: false
                plugins: [ degrade: { clamp: { limit: 50 } } ]
                upstream: shop
            """;

    private static final String CATALOGUE = """
            INSERT INTO model_groups (code, name, models) VALUES
                ('standard', 'Standard', '{small}'), ('premium', 'Premium', '{large}');
            INSERT INTO tier_model_groups (tier_code, group_code) VALUES ('essential', 'standard'),
                ('business', 'standard'), ('business', 'premium');
            UPDATE features SET is_active = false WHERE code = 'basic_theme'
            """;

    private static RecordingBackend thrifty;
    private static RunningGateway gateway;

    @BeforeAll
    static void start() throws Exception {
        thrifty = RecordingBackend.start();
        gateway = RunningGateway.start(
                LEAST,
                Map.of("THRIFTY", thrifty.uri()),
                PluginCatalogue.ofClassPath().checks());
        gateway.sql(CATALOGUE);
        gateway.write(ROUTES.getBytes(StandardCharsets.UTF_8));
        gateway.await(gateway.gateway().checkRoutes());
        gateway.store("degrade", "essential");
        gateway.store("degrade-middle", "professional");
        gateway.store("degrade-high", "business");
        Eventually.so(
                "the catalogue is known",
                () -> gateway.get("degrade-high", "/switched-off").status() == 403);
    }

    @AfterAll
    static void stop() throws Exception {
        gateway.close();
        thrifty.close();
    }

    @BeforeEach
    void forget() {
        gateway.backend().reset();
        thrifty.reset();
    }

    @ParameterizedTest
    @CsvSource({
        "degrade, /reports?limit=10&page=2, /reports?page=2&limit=10&quality=sd, degraded",
        "degrade, /reports?limit=11&page=2, /reports?page=2&limit=10&quality=sd, degraded",
        "degrade, /reports?LIMIT=1000&limit[]=1000, /reports?limit=10&quality=sd, degraded",
        "degrade-middle, /reports?limit=50, /reports?limit=50, degraded",
        "degrade-middle, /reports?limit=51, /reports?limit=50, degraded",
        "degrade-middle, /reports, /reports?limit=50, degraded",
        "degrade-high, /reports?limit=1000, /reports?limit=1000, allow",
        "degrade, /chat?model=large, /chat?model=small, degraded",
        "degrade-high, /chat?model=large, /chat?model=large, allow",
    })
    void a_request_passes_with_as_much_as_its_tier_gets(String store, String sent, String passed, String decision) {
        assertThat(gateway.get(store, sent).status()).isEqualTo(200);
        assertThat(gateway.backend().last().target()).isEqualTo(passed);
        assertThat(gateway.backend().last().header("X-Tiergate-Decision")).contains(decision);
        assertThat(gateway.backend().last().header("X-Quality").isPresent()).isEqualTo(passed.contains("quality"));
    }

    @Test
    void over_its_limit_a_store_is_served_by_the_other_upstream_at_no_cost() {
        gateway.store("degrade-limit", "essential");
        for (var i = 0; i < 3; i++) {
            assertThat(gateway.get("degrade-limit", "/orders").status()).isEqualTo(200);
        }
        assertThat(gateway.backend().requests()).hasSize(1);
        assertThat(thrifty.requests()).hasSize(2);
        var usage = gateway.get("degrade-limit", "/api/v1/store/usage/check/orders");
        assertThat(new JsonObject(usage.text()).getInteger("remaining")).isEqualTo(40);
    }

    @Test
    void what_was_switched_off_stays_so() {
        var answer = gateway.get("degrade", "/switched-off");
        assertThat(answer.status()).isEqualTo(403);
        assertThat(new JsonObject(answer.text()).getString("reason")).isEqualTo("feature_inactive");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "{} | plugin 'degrade': degrade needs 'clamp', 'set', 'headers' or 'upstream', such as clamp: { limit: 50 }",
                "{ tiers: { essential: {} } } | plugin 'degrade': degrade needs 'clamp', 'set', 'headers' or 'upstream'",
                "{ clamp: { limit: -1 } } | limit must be a whole number from 0, found '-1'",
                "{ clamp: { limit: many } } | limit must be a whole number from 0, found 'many'",
                "{ clamp: { limit: 5 }, set: { limit: \"5\" } } | 'limit' stands in 'clamp' and in 'set'; remove one",
                "{ headers: { \"X Quality\": sd } } | 'X Quality' must be a header name such as X-Quality",
                "{ on: [ role_missing ], upstream: shop } | on[0] must be one of concurrency_reached, dependency_missing, feature",
                "{ upstream: thirfty } | plugin 'degrade': there is no upstream 'thirfty'",
                "{ tiers: { essential: { clmp: { limit: 5 }, upstream: shop } } } | unknown key 'clmp'; did you mean 'clamp'?",
            })
    void a_wrong_configuration_is_a_problem_with_its_place(String config, String message) throws Exception {
        var loader = PluginCatalogue.ofClassPath()
                .routes(name -> name.startsWith("TIERGATE_") ? null : "http://127.0.0.1:9001");
        var text = HEAD.replace("public-keys: [ \"${KEY}\" ]", "jwks: https://id.example.com/jwks")
                + "  - { path: /wrong, plugins: [ degrade: " + config + " ], upstream: shop }\n";
        var result = loader.load("routes.yaml", text, null);
        assertThat(result).isInstanceOf(LoadResult.Rejected.class);
        assertThat(((LoadResult.Rejected) result).problems())
                .singleElement()
                .satisfies(problem -> assertThat(problem.toString())
                        .startsWith("routes.yaml:13:")
                        .contains(message));
    }
}
