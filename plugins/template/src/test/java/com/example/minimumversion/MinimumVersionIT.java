package com.example.minimumversion;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tiergate.plugin.testkit.TestGateway;
import io.vertx.core.json.JsonObject;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The plugin on a gateway that runs. */
class MinimumVersionIT {

    @RegisterExtension
    static final TestGateway GATEWAY = TestGateway.serving("""
            routes:
              - path: /orders
                plugins: [ minimum-version: { minimum: "2.1" } ]
                upstream: shop
            """);

    @ParameterizedTest
    @CsvSource({"2.1, 200", "2.1.0.0, 200", "2.10, 200", "3, 200", "2.0.999, 403", "2, 403", "two, 403"})
    void the_app_passes_from_the_version_on(String version, int status) {
        var answer = GATEWAY.get("/orders").header("X-App-Version", version).send();
        assertThat(answer.status()).isEqualTo(status);
        assertThat(GATEWAY.backend().count()).isEqualTo(status == 200 ? 1 : 0);
    }

    @Test
    void a_refusal_says_which_version_it_takes_and_is_counted() {
        var counter = "tiergate_plugin_minimum_version_outdated_total";
        var before = GATEWAY.metric(counter);
        var answer = new JsonObject(GATEWAY.get("/orders").send().text());
        assertThat(answer.getString("reason")).isEqualTo("app_outdated");
        assertThat(answer.getString("minimum_version")).isEqualTo("2.1");
        assertThat(GATEWAY.metric(counter)).isEqualTo(before + 1);
    }
}
