package dev.tiergate.edge;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tiergate.RunningGateway;
import dev.tiergate.fixtures.RawClient;
import dev.tiergate.fixtures.RecordingBackend;
import java.util.Locale;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Known ways around a gate, through real sockets, by a store that does not have the feature behind it. */
class PathCasesIT {

    private static final String GATED = "/api/reports/advanced";

    private static final String ROUTES = """
            routes:
              - { path: /api/reports/advanced/**, feature: advanced_analytics, upstream: shop }
              - { path: /**, public: true, upstream: shop }
              - { path: /open/**, public: true, upstream: shop }
            """;

    /** All but the encoded slash: who opens that for a wide route says how the backend reads it. */
    private static final String QUIRKS = """
            routes:
              - { path: /api/reports/advanced/**, feature: advanced_analytics, upstream: shop }
              - path: /**
                public: true
                allow: [ encoded-percent, path-parameters, empty-segments, segment-spaces ]
                upstream: shop
              - path: /a/{name}
                public: true
                allow: [ encoded-slash, encoded-percent, path-parameters, empty-segments, segment-spaces ]
                upstream: shop
            """;

    private static RunningGateway strict;
    private static RunningGateway quirky;

    static Stream<PathCases.Bypass> bypass() {
        return PathCases.bypass();
    }

    static Stream<PathCases.Legitimate> legitimate() {
        return PathCases.legitimate();
    }

    @BeforeAll
    static void start() throws Exception {
        strict = RunningGateway.start(ROUTES);
        quirky = RunningGateway.start(QUIRKS);
        for (RunningGateway gateway : new RunningGateway[] {strict, quirky}) {
            gateway.store("1", "essential");
            gateway.store("2", "business");
        }
    }

    @AfterAll
    static void stop() throws Exception {
        strict.close();
        quirky.close();
    }

    @BeforeEach
    void forget() {
        strict.backend().reset();
        quirky.backend().reset();
    }

    @Test
    void the_gate_is_open_for_a_store_that_has_the_feature() {
        assertThat(send(strict, "2", GATED + "/x").status()).isEqualTo(200);
        assertThat(LiberalReading.of(strict.backend().last().target())).isEqualTo(GATED + "/x");
    }

    @ParameterizedTest
    @MethodSource("bypass")
    void no_backend_receives_what_it_could_read_as_the_gated_resource(PathCases.Bypass target) {
        int status = send(strict, "1", target.target()).status();
        if (!target.must().equals("FREE")) {
            assertThat(status).isBetween(400, 499);
            assertThat(strict.backend().requests()).isEmpty();
        }
        assertThatNothingGatedArrived(strict.backend());
    }

    @ParameterizedTest
    @MethodSource("bypass")
    void nor_where_a_wide_route_allows_quirks(PathCases.Bypass target) {
        send(quirky, "1", target.target());
        for (RecordingBackend.Received received : quirky.backend().requests()) {
            assertThat(target.served()).as(received.target()).isFalse();
        }
    }

    @ParameterizedTest
    @MethodSource("legitimate")
    void legitimate_targets_arrive_in_canonical_form_where_their_route_allows_them(PathCases.Legitimate target) {
        boolean plain = target.what().equals("FORWARD");
        RawClient.Response answer = send(strict, "1", target.target());
        assertThat(answer.status()).isEqualTo(plain ? 200 : 400);
        assertThat(strict.backend().count()).isEqualTo(plain ? 1 : 0);
        if (!plain) {
            String word = target.what().toLowerCase(Locale.ROOT).split("_", 2)[0];
            assertThat(answer.text()).contains("ambiguous_path").containsAnyOf(word, "semicolon", "white space");
        }
        RunningGateway gateway = plain ? strict : quirky;
        assertThat(send(gateway, "1", target.target()).status()).isEqualTo(200);
        assertThat(gateway.backend().last().target()).isEqualTo(target.canonical());
    }

    @Test
    void an_absolute_target_for_the_named_host_and_port_is_forwarded_in_origin_form() {
        RawClient.Response answer =
                strict.exchange("GET http://gw.test:8080/open/x?y HTTP/1.1\r\nHost: gw.test:8080\r\n\r\n");
        assertThat(answer.status()).isEqualTo(200);
        assertThat(strict.backend().last().target()).isEqualTo("/open/x?y");
    }

    @Test
    void a_long_target_arrives_and_one_over_the_bound_is_too_long() {
        assertThat(send(strict, "1", "/open/" + "a".repeat(4000)).status()).isEqualTo(200);
        RawClient.Response over = send(strict, "1", "/open/" + "a".repeat(PathReader.MAX_TARGET - 5));
        assertThat(over.status()).isEqualTo(414);
        assertThat(over.text()).contains("\"reason\":\"request_too_large\"");
        assertThat(strict.backend().count()).isEqualTo(1);
    }

    private static void assertThatNothingGatedArrived(RecordingBackend backend) {
        for (RecordingBackend.Received received : backend.requests()) {
            assertThat(LiberalReading.of(received.target()) + "/").doesNotStartWith(GATED + "/");
        }
    }

    private static RawClient.Response send(RunningGateway gateway, String store, String target) {
        return gateway.exchange("GET " + target + " HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer "
                + gateway.token(store) + "\r\nAccept: application/json\r\n\r\n");
    }
}
