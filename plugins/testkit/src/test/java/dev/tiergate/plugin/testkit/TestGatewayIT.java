package dev.tiergate.plugin.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vertx.core.json.JsonObject;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class TestGatewayIT {

    private static final String ROUTES = """
            routes:
              - path: /web
                plugins: [ faulty: {} ]
                upstream: shop
              - path: /role/${ROLE}
                methods: [ POST ]
                upstream: shop
              - path: /business
                minimum-tier: business
                upstream: shop
            """;

    @RegisterExtension
    static final TestGateway GATEWAY =
            TestGateway.serving(ROUTES).with("ROLE", "owner").store("book-barn", "business");

    @Test
    void a_plugin_of_the_class_path_lets_a_request_through_to_the_backend() {
        assertThat(GATEWAY.get("/web?a=b").header("X-Client", "web").send().status())
                .isEqualTo(200);
        assertThat(GATEWAY.backend().last().target()).isEqualTo("/web?a=b");
        assertThat(GATEWAY.backend().last().header("X-Tiergate-Store-Id")).contains(TestGateway.STORE);
    }

    @Test
    void and_refuses_one_that_the_backend_never_sees() {
        var answer = GATEWAY.get("/web").send();
        assertThat(answer.status()).isEqualTo(403);
        assertThat(new JsonObject(answer.text()).getString("reason")).isEqualTo("client_unknown");
        assertThat(GATEWAY.backend().requests()).isEmpty();
    }

    @Test
    void a_request_has_the_token_that_it_is_given() {
        assertThat(GATEWAY.get("/business").send().status()).isEqualTo(403);
        assertThat(GATEWAY.get("/business").of("book-barn").send().status()).isEqualTo(200);
        assertThat(GATEWAY.get("/business").of("nobody").send().status()).isEqualTo(403);
        assertThat(GATEWAY.get("/business").anonymous().send().status()).isEqualTo(401);
        assertThat(GATEWAY.get("/business")
                        .of("book-barn")
                        .claim("exp", 1)
                        .send()
                        .status())
                .isEqualTo(401);
    }

    @Test
    void a_request_has_a_body_and_a_variable_is_put_into_routes() {
        var answer = GATEWAY.request("POST", "/role/owner")
                .claim("roles", List.of("owner"))
                .body("application/json", "{\"price\":\"\u20ac 7\"}")
                .send();
        assertThat(answer.status()).isEqualTo(200);
        assertThat(GATEWAY.backend().last().text()).isEqualTo("{\"price\":\"\u20ac 7\"}");
    }

    @Test
    void other_routes_serve_at_once_and_wrong_ones_are_said() {
        assertThat(GATEWAY.get("/other").send().status()).isEqualTo(404);
        GATEWAY.serve(ROUTES + "  - { path: /other, upstream: shop }\n");
        try {
            assertThat(GATEWAY.get("/other").send().status()).isEqualTo(200);
            assertThatThrownBy(() ->
                            GATEWAY.serve(ROUTES + "  - { path: /other, upstream: shop, plugins: [ none: {} ] }\n"))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("there is no plugin 'none'");
            assertThatThrownBy(
                            () -> GATEWAY.serve(ROUTES + "  - { path: /other, feature: unheard_of, upstream: shop }\n"))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("which its catalogue does not fit");
            assertThat(GATEWAY.get("/other").send().status()).isEqualTo(200);
        } finally {
            GATEWAY.serve(ROUTES);
        }
    }

    @Test
    void its_metrics_are_read() {
        var series = "tiergate_forwarded_total{decision=\"allow\"}";
        var before = GATEWAY.metric(series);
        GATEWAY.get("/web").header("X-Client", "web").send();
        assertThat(GATEWAY.metric(series)).isEqualTo(before + 1);
        assertThat(GATEWAY.metric("unheard_of_total")).isZero();
    }

    @Test
    void a_store_that_is_added_later_is_known_too() {
        GATEWAY.store("late-shop", "business");
        assertThat(GATEWAY.get("/business").of("late-shop").send().status()).isEqualTo(200);
    }

    @Test
    void one_that_was_not_registered_as_a_static_field_says_so() {
        assertThatThrownBy(() -> TestGateway.serving(ROUTES).get("/web").send())
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("the gateway does not serve: register it as a static field, with @RegisterExtension");
    }
}
