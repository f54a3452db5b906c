package dev.tiergate.edge;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tiergate.GatewayScene;
import dev.tiergate.fixtures.Header;
import dev.tiergate.fixtures.RawClient;
import dev.tiergate.fixtures.RecordingBackend.Received;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Headers by which a client would change route, store, method or identity behind the gate's back. */
class HeaderCasesIT extends GatewayScene {

    private static final String CLIENTS = "203.0.113.66";

    private static final String ROUTES = SharedRoutes.GATED_AND_OPEN + "  - { path: /account, upstream: shop }\n";

    @BeforeAll
    static void start() throws Exception {
        serve(ROUTES);
    }

    /** B1 to B4. */
    @ParameterizedTest
    @MethodSource("dev.tiergate.edge.ClientHeaders#all")
    void a_clients_value_never_arrives(String name) {
        for (String spelling :
                List.of(name, name.toLowerCase(Locale.ROOT), name.toUpperCase(Locale.ROOT), name.replace('-', '_'))) {
            String field = spelling + ": " + CLIENTS + "\r\n";
            assertThat(open(field + field).status()).isEqualTo(200);
            assertThat(gateway.backend().last().headers())
                    .as(spelling)
                    .noneMatch(header -> header.value().contains(CLIENTS));
        }
    }

    @Test
    void b2_a_method_in_the_query_or_the_body_changes_nothing() {
        String body = "_method=DELETE";
        RawClient.Response answer = gateway.exchange("POST /open/x?_method=DELETE HTTP/1.1\r\nHost: gw.test\r\n"
                + "Content-Type: application/x-www-form-urlencoded\r\nContent-Length: " + body.length() + "\r\n\r\n"
                + body);
        assertThat(answer.status()).isEqualTo(200);
        assertThat(gateway.backend().last().method()).isEqualTo("POST");
    }

    @ParameterizedTest
    @ValueSource(strings = {"X-Tiergate-Store-Id : 2", " X-Tiergate-Store-Id: 2", "X-Tiergate-Store-Id\t: 2"})
    void b4_white_space_around_a_name_is_refused(String field) {
        assertThat(open(field + "\r\n").status()).isEqualTo(400);
        assertThat(gateway.backend().requests()).isEmpty();
    }

    @Test
    void b5_a_connection_header_takes_nothing_away_that_the_gateway_sets() {
        RawClient.Response answer = gateway.exchange(
                "GET /account HTTP/1.1\r\nHost: gw.test\r\nAuthorization: Bearer "
                        + gateway.token("1")
                        + "\r\nConnection: close, X-Tiergate-Store-Id, X-Request-Id, X-Forwarded-For, X-Hop\r\nX-Hop: 1\r\n\r\n");
        assertThat(answer.status()).isEqualTo(200);
        Received received = gateway.backend().last();
        assertThat(received.header("X-Tiergate-Store-Id")).contains("1");
        assertThat(received.header("X-Request-Id")).isEqualTo(answer.header("X-Request-Id"));
        assertThat(received.header("X-Forwarded-For")).contains("127.0.0.1");
        assertThat(received.header("X-Hop")).isEmpty();
    }

    @Test
    void b6_two_tokens_are_none() {
        String token = "Authorization: Bearer " + gateway.token("1") + "\r\n";
        assertThat(account(token).status()).isEqualTo(200);
        assertThat(account(token + token).status()).isEqualTo(401);
        assertThat(account(token + "Authorization: Bearer " + gateway.token("2") + "\r\n")
                        .status())
                .isEqualTo(401);
        assertThat(gateway.backend().count()).isEqualTo(1);
    }

    @Test
    void b7_an_upgrade_to_http2_does_not_lead_around_the_gate() {
        try (RawClient client = RawClient.connect(gateway.port())) {
            client.send("""
                    GET /gated/x HTTP/1.1\r
                    Host: gw.test\r
                    Connection: Upgrade, HTTP2-Settings\r
                    Upgrade: h2c\r
                    HTTP2-Settings: AAMAAABkAARAAAAAAAIAAAAA\r
                    \r
                    """);
            assertThat(client.readNext().status()).isIn(101, 400, 401, 426);
        }
        assertThat(gateway.backend().requests()).isEmpty();
    }

    @Test
    void b7_a_websocket_on_a_gated_path_is_gated_first() {
        RawClient.Response answer = gateway.exchange("""
                GET /gated/x HTTP/1.1\r
                Host: gw.test\r
                Connection: Upgrade\r
                Upgrade: websocket\r
                Sec-WebSocket-Version: 13\r
                Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r
                \r
                """);
        assertThat(answer.status()).isEqualTo(401);
        assertThat(gateway.backend().requests()).isEmpty();
    }

    @Test
    void b8_a_refused_request_is_not_asked_for_its_body() {
        try (RawClient client = RawClient.connect(gateway.port())) {
            client.send("POST /gated/x HTTP/1.1\r\nHost: gw.test\r\nExpect: 100-continue\r\nContent-Length: 10\r\n"
                    + "Authorization: Bearer " + gateway.token("1") + "\r\n\r\n");
            assertThat(client.readNext().status()).isEqualTo(403);
        }
        assertThat(gateway.backend().requests()).isEmpty();
    }

    @Test
    void b8_trailers_do_not_become_headers() {
        RawClient.Response answer = gateway.exchange("""
                POST /open/x HTTP/1.1\r
                Host: gw.test\r
                TE: trailers\r
                Trailer: Authorization\r
                Transfer-Encoding: chunked\r
                \r
                1\r
                a\r
                0\r
                Authorization: Bearer x\r
                X-Tiergate-Store-Id: 2\r
                \r
                """);
        assertThat(answer.status()).isEqualTo(200);
        Received received = gateway.backend().last();
        assertThat(received.headers())
                .map(Header::name)
                .doesNotContain("Authorization", "X-Tiergate-Store-Id", "Trailer");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "", "Host: gw.test\r\nHost: gw.test\r\n", "Host: gw.test\r\nHost: other\r\n", "Host: user@gw.test\r\n",
                "Host: gw.test/gated\r\n", "Host: gw%00.test\r\n", "Host: gw.test, other\r\n", "Host: gw.test:x\r\n",
                "Host: \r\n", "Host: a b\r\n"
            })
    void b9_a_host_is_named_once_and_is_one(String hosts) {
        RawClient.Response answer = gateway.exchange("GET /open/x HTTP/1.1\r\n" + hosts + "\r\n");
        assertThat(answer.status()).isEqualTo(400);
        assertThat(gateway.backend().requests()).isEmpty();
    }

    @Test
    void b9_an_absolute_target_names_the_same_host() {
        assertThat(gateway.exchange("GET http://other/open/x HTTP/1.1\r\nHost: gw.test\r\n\r\n")
                        .status())
                .isEqualTo(400);
        assertThat(gateway.exchange("GET http://gw.test/open/x HTTP/1.1\r\nHost: gw.test\r\n\r\n")
                        .status())
                .isEqualTo(200);
    }

    @Test
    void http_1_0_works_with_a_host_and_not_without() {
        assertThat(gateway.exchange("GET /open/x HTTP/1.0\r\nHost: gw.test\r\n\r\n")
                        .status())
                .isEqualTo(200);
        assertThat(gateway.exchange("GET /open/x HTTP/1.0\r\n\r\n").status()).isEqualTo(400);
    }

    private static RawClient.Response open(String fields) {
        return gateway.exchange("GET /open/x HTTP/1.1\r\nHost: gw.test\r\n" + fields + "\r\n");
    }

    private static RawClient.Response account(String fields) {
        return gateway.exchange("GET /account HTTP/1.1\r\nHost: gw.test\r\n" + fields + "\r\n");
    }
}
