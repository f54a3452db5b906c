package dev.tiergate;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.json.JsonObject;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A route that is enforced for some stores, and the mode that the database allows at most. */
class RolloutIT {

    /** The buckets of these ids are 8 and 9, either side of the route's share. */
    private static final String LAST_INSIDE = "4";

    private static final String FIRST_OUTSIDE = "9";

    private static final String ROUTES = """
            routes:
              - { path: /api/reports, feature: advanced_analytics, rollout: 9%, upstream: shop }
              - { path: /api/none, feature: advanced_analytics, rollout: 0%, upstream: shop }
              - { path: /api/all, feature: advanced_analytics, upstream: shop }
              - { path: /api/orders, feature: basic_orders, rollout: 9%, upstream: shop }
            """;

    private static RunningGateway gateway;

    @BeforeAll
    static void start() throws Exception {
        gateway = RunningGateway.start(ROUTES);
        gateway.store(LAST_INSIDE, "essential");
        gateway.store(FIRST_OUTSIDE, "essential");
    }

    @AfterAll
    static void stop() throws Exception {
        gateway.close();
    }

    @BeforeEach
    void enforce() throws Exception {
        allow("enforce");
        gateway.backend().reset();
    }

    @Test
    void a_store_inside_the_share_is_refused_and_one_outside_passes_in_shadow() {
        assertThat(gateway.get(LAST_INSIDE, "/api/reports").status()).isEqualTo(403);
        assertThat(gateway.get(FIRST_OUTSIDE, "/api/reports").status()).isEqualTo(200);
        assertThat(decision()).isEqualTo("shadow-deny");
    }

    @Test
    void a_store_outside_the_share_is_charged_in_shadow() {
        assertThat(gateway.get(FIRST_OUTSIDE, "/api/orders").header("RateLimit"))
                .isEmpty();
        assertThat(decision()).isEqualTo("shadow-allow");
        assertThat(gateway.get(LAST_INSIDE, "/api/orders").header("RateLimit")).isPresent();
        assertThat(decision()).isEqualTo("allow");
    }

    @Test
    void without_a_good_token_nobody_is_outside() {
        var anonymous = gateway.exchange("GET /api/reports HTTP/1.1\r\nHost: gw.test\r\n\r\n");
        assertThat(anonymous.status()).isEqualTo(401);
        assertThat(gateway.backend().requests()).isEmpty();
    }

    @Test
    void a_share_of_none_is_shadow_for_everybody() {
        assertThat(gateway.exchange("GET /api/none HTTP/1.1\r\nHost: gw.test\r\n\r\n")
                        .status())
                .isEqualTo(200);
        assertThat(gateway.get(LAST_INSIDE, "/api/none").status()).isEqualTo(200);
        assertThat(decision()).isEqualTo("shadow-deny");
    }

    @Test
    void the_database_caps_every_route() throws Exception {
        allow("shadow");
        assertThat(gateway.get(LAST_INSIDE, "/api/all").status()).isEqualTo(200);
        assertThat(decision()).isEqualTo("shadow-deny");
        allow("off");
        assertThat(gateway.get(LAST_INSIDE, "/api/all").status()).isEqualTo(200);
        assertThat(decision()).isEqualTo("bypass");
        assertThat(gateway.metric("tiergate_gating_bypassed")).isEqualTo(1);
        allow("enforce");
        assertThat(gateway.get(LAST_INSIDE, "/api/all").status()).isEqualTo(403);
    }

    @Test
    void the_status_shows_every_source() throws Exception {
        allow("shadow");
        assertThat(gating())
                .isEqualTo(new JsonObject()
                        .put("effective", "shadow")
                        .put("routes_yaml", "enforce")
                        .putNull("environment")
                        .put("admin", "shadow"));
    }

    private static void allow(String mode) throws Exception {
        gateway.sql("UPDATE gating SET mode = '" + mode + "'");
        Eventually.holds("the mode " + mode + " is in force", () -> mode.equals(gating().getString("admin")));
    }

    private static JsonObject gating() {
        return new JsonObject(gateway.admin("/status").text()).getJsonObject("gating");
    }

    private static String decision() {
        return gateway.backend().last().header("X-Tiergate-Decision").orElseThrow();
    }
}
