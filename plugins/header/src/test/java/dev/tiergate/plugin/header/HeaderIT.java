package dev.tiergate.plugin.header;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tiergate.plugin.testkit.TestGateway;
import io.vertx.core.json.JsonObject;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The plugin as it is shipped: found on the class path, configured by routes.yaml, asked on a running gateway. */
class HeaderIT {

    @RegisterExtension
    static final TestGateway GATEWAY = TestGateway.serving("""
            routes:
              - path: /web
                plugins: [ header: { require: { X-Client: web } } ]
                upstream: shop
              - path: /no-beta
                plugins: [ header: { forbid: { X-Beta: "*" } } ]
                upstream: shop
              - path: /costly
                feature: basic_orders
                plugins: [ header: { require: { X-Client: web } } ]
                upstream: shop
            """);

    @ParameterizedTest
    @CsvSource({
        "/web, X-Client, web",
        "/web, x-client, web",
        "/no-beta, X-Client, web",
    })
    void a_request_with_the_right_headers_reaches_the_backend(String path, String header, String value) {
        assertThat(GATEWAY.get(path).header(header, value).send().status()).isEqualTo(200);
        assertThat(GATEWAY.backend().requests()).hasSize(1);
    }

    @ParameterizedTest
    @CsvSource({
        "/web, X-Client, script, header_required",
        "/web, X-Other, web, header_required",
        "/no-beta, X-Beta, 1, header_forbidden",
    })
    void a_request_with_others_is_refused(String path, String header, String value, String reason) {
        var answer = GATEWAY.get(path).header(header, value).send();
        assertThat(answer.status()).isEqualTo(403);
        assertThat(new JsonObject(answer.text()).getString("reason")).isEqualTo(reason);
        assertThat(GATEWAY.backend().requests()).isEmpty();
    }

    @Test
    void what_the_plugin_refuses_costs_nothing() {
        assertThat(GATEWAY.get("/costly").send().status()).isEqualTo(403);
        assertThat(GATEWAY.get("/costly")
                        .header("X-Client", "web")
                        .send()
                        .header("RateLimit")
                        .orElseThrow())
                .startsWith("\"orders\";r=99");
    }
}
