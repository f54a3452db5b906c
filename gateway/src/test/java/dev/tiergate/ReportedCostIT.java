package dev.tiergate;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tiergate.fixtures.RawClient;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** A backend that says in a header what its answer cost, through a whole gateway. */
class ReportedCostIT {

    private static final String ROUTES = """
            routes:
              - path: /write
                feature: basic_products
                charge: [ { limit: products, header: X-Cost, max: 50, default: 20 } ]
                upstream: shop
            """;

    private static RunningGateway gateway;

    @BeforeAll
    static void start() throws Exception {
        gateway = RunningGateway.start(ROUTES);
    }

    @AfterAll
    static void stop() throws Exception {
        gateway.close();
    }

    @Test
    void the_header_says_what_is_charged_and_the_client_sees_it_too() {
        gateway.store("cost-said", "essential");
        var before = count("used");
        var answer = write("cost-said", 200, Map.of("X-Cost", "7"));
        assertThat(answer.header("RateLimit")).contains("\"products\";r=193");
        assertThat(answer.header("X-Cost")).contains("7");
        assertThat(count("used") - before).isEqualTo(1);
        assertThat(write("cost-said", 404, Map.of("X-Cost", "3")).header("RateLimit"))
                .contains("\"products\";r=190");
    }

    @Test
    void without_a_header_or_with_a_bad_one_the_default_is_charged_and_counted() {
        gateway.store("cost-unsaid", "essential");
        var absent = count("absent");
        var malformed = count("malformed");
        assertThat(write("cost-unsaid", 200, Map.of()).header("RateLimit")).contains("\"products\";r=180");
        assertThat(write("cost-unsaid", 200, Map.of("X-Cost", "-5")).header("RateLimit"))
                .contains("\"products\";r=160");
        assertThat(count("absent") - absent).isEqualTo(1);
        assertThat(count("malformed") - malformed).isEqualTo(1);
    }

    @Test
    void no_request_costs_more_than_was_taken_for_it() {
        gateway.store("cost-above", "essential");
        var above = count("above_max");
        assertThat(write("cost-above", 200, Map.of("X-Cost", "51")).header("RateLimit"))
                .contains("\"products\";r=150");
        assertThat(count("above_max") - above).isEqualTo(1);
    }

    @Test
    void a_failure_costs_nothing_whatever_it_says() {
        gateway.store("cost-failed", "essential");
        write("cost-failed", 503, Map.of("X-Cost", "9"));
        assertThat(write("cost-failed", 200, Map.of("X-Cost", "0")).header("RateLimit"))
                .contains("\"products\";r=200");
    }

    @Test
    void what_a_request_may_cost_has_to_fit_before_it_is_forwarded() {
        gateway.store("cost-full", "essential");
        for (var left : new int[] {150, 100, 50}) {
            assertThat(write("cost-full", 200, Map.of("X-Cost", "50")).header("RateLimit"))
                    .contains("\"products\";r=" + left);
        }
        assertThat(write("cost-full", 200, Map.of("X-Cost", "1")).header("RateLimit"))
                .contains("\"products\";r=49");
        var seen = gateway.backend().count();
        assertThat(write("cost-full", 200, Map.of("X-Cost", "1")).status()).isEqualTo(429);
        assertThat(gateway.backend().count()).isEqualTo(seen);
    }

    private static RawClient.Response write(String store, int status, Map<String, String> headers) {
        gateway.backend().respondWith(status, headers, "");
        return gateway.get(store, "/write");
    }

    private static double count(String outcome) {
        return gateway.metric("tiergate_reported_costs_total{outcome=\"" + outcome + "\"}");
    }
}
