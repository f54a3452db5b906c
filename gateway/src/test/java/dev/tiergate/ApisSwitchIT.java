package dev.tiergate;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tiergate.fixtures.RawClient;
import dev.tiergate.fixtures.RecordingBackend;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Groups of APIs that are off, and what the modes of the gate change of their answers. */
class ApisSwitchIT {

    private static final String STORE = "/api/v1/store/features";
    private static final String USER = "/api/user/features";

    /** A route that is wider than any API's path, as a backend that owns all of /api has. */
    private static final String ROUTES = """
            routes:
              - { path: /api/**, public: true, upstream: shop }
            """;

    @ParameterizedTest
    @CsvSource({"'store: off', " + STORE + ", " + USER, "'user: off', " + USER + ", " + STORE})
    void a_group_that_is_off_is_the_backends(String off, String theirs, String ours) throws Exception {
        try (var gateway = RunningGateway.start("apis: { " + off + " }\n" + ROUTES)) {
            gateway.store("1", "essential");
            assertThat(gateway.get("1", theirs).header(RecordingBackend.MARK)).isPresent();
            var own = gateway.get("1", ours);
            assertThat(own.status()).isEqualTo(200);
            assertThat(own.header(RecordingBackend.MARK)).isEmpty();
            assertThat(gateway.backend().requests()).hasSize(1);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"shadow", "off"})
    void the_answers_are_those_of_enforce_and_the_mode_stands_beside(String mode) throws Exception {
        try (var gateway = RunningGateway.start("gating: { mode: " + mode + " }\n" + ROUTES)) {
            gateway.store("1", "essential");
            var check =
                    new JsonObject(gateway.get("1", STORE + "/webhooks/check").text());
            assertThat(check.getBoolean("has_feature")).isFalse();
            assertThat(check.getString("gating_mode")).isEqualTo(mode);
            assertThat(gateway.get("1", USER).header("X-Tiergate-Mode")).contains(mode);
        }
    }

    @Test
    void with_gating_off_by_the_environment_there_is_nothing_to_answer_from() throws Exception {
        try (var gateway = RunningGateway.start(ROUTES, Map.of("FEATURE_GATING_V2_ENABLED", "false"), List.of())) {
            for (var path : List.of(STORE, USER)) {
                RawClient.Response answer = gateway.get("1", path);
                assertThat(answer.status()).isEqualTo(503);
                assertThat(answer.text()).containsIgnoringCase("entitlements_unavailable");
            }
        }
    }
}
