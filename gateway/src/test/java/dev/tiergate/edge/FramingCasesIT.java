package dev.tiergate.edge;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tiergate.GatewayScene;
import dev.tiergate.fixtures.RawClient;
import dev.tiergate.fixtures.RecordingBackend.Received;
import java.io.EOFException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Requests whose ends two parsers could see in different places: refused, and the connection ends with them. */
class FramingCasesIT extends GatewayScene {

    private static final String POST = "POST /open/x HTTP/1.1\r\nHost: gw.test\r\n";
    private static final String CHUNKED = POST + "Transfer-Encoding: chunked\r\n\r\n";
    private static final String SMUGGLED = "GET /open/smuggled HTTP/1.1\r\nHost: gw.test\r\n\r\n";

    @BeforeAll
    static void start() throws Exception {
        serve(SharedRoutes.GATED_AND_OPEN);
    }

    @Test
    void c1_a_length_beside_chunks_is_refused() {
        refused(POST + "Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n");
    }

    @Test
    void c2_two_lengths_are_refused() {
        refused(POST + "Content-Length: 0\r\nContent-Length: 31\r\n\r\n");
    }

    @ParameterizedTest
    @ValueSource(strings = {"+1_0", "-48", "0x10", "1Z", "5,5", "5, 6", "5 5", "99999999999999999999"})
    void c3_a_length_is_digits(String length) {
        refused(POST + "Content-Length: " + length + "\r\n\r\n");
    }

    @Test
    void c4_c5_white_space_before_a_colon_or_a_first_name_is_refused() {
        refused(POST + "Content-Length : 34\r\n\r\n");
        refused(POST + "Transfer-Encoding : chunked\r\n\r\n0\r\n\r\n");
        refused("POST /open/x HTTP/1.1\r\n\tTransfer-Encoding: chunked\r\nHost: gw.test\r\n\r\n0\r\n\r\n");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"xchunked", "chunked, identity", "\u000bchunked", "\u00a0chunked", "blegh", "chunked, xchunked"})
    void c6_a_coding_other_than_chunked_is_refused(String coding) {
        refused(POST + "Transfer-Encoding: " + coding + "\r\n\r\n0\r\n\r\n");
    }

    /** C6 and C7: a list with an empty element, and the same coding twice, are refused or read as the one thing they say. */
    @ParameterizedTest
    @ValueSource(strings = {"Transfer-Encoding: ,chunked", "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked"})
    void c7_a_coding_said_twice_frames_one_request(String field) {
        refusedOrFramedOnce(POST + field + "\r\n\r\n5\r\nhello\r\n0\r\n\r\n", "hello");
    }

    @Test
    void c8_a_name_over_two_lines_is_refused() {
        refused(POST + "Transfer-\r\nEncoding: chunked\r\n\r\n0\r\n\r\n");
    }

    /** RFC 9112, section 5.2 leaves the choice: the decoder makes one line of it before anybody reads it. */
    @Test
    void c8_a_folded_value_arrives_as_one_line() {
        RawClient.Response answer =
                gateway.exchange("GET /open/x HTTP/1.1\r\nHost: gw.test\r\nX-Fold: a\r\n X-Tiergate-Tier: b\r\n\r\n");
        assertThat(answer.status()).isIn(200, 400);
        for (Received received : gateway.backend().requests()) {
            assertThat(received.header("X-Fold")).contains("a X-Tiergate-Tier: b");
            assertThat(received.header("X-Tiergate-Tier")).isEmpty();
        }
    }

    @Test
    void c8_a_fold_hides_neither_a_host_nor_a_length() {
        assertThat(gateway.exchange("GET /open/x HTTP/1.1\r\nHost: gw.test\r\n other\r\n\r\n")
                        .status())
                .isEqualTo(400);
        refused(POST + "Content-Length: 1\r\n 0\r\n\r\n0123456789");
    }

    @ParameterizedTest
    @ValueSource(strings = {"0_2e", "0x5", "-0x0", "1these-bytes", "fffffffffffffffff", ""})
    void c9_a_chunks_size_is_hex_digits(String size) {
        brokenOff(CHUNKED + size + "\r\nhello\r\n0\r\n\r\n");
    }

    @ParameterizedTest
    @ValueSource(strings = {"5\r\r;ABCD\r\nhello\r\n0\r\n\r\n", "2;\nab\r\n0\r\n\r\n", "2;a=\"\n\"\r\nab\r\n0\r\n\r\n"})
    void c10_a_chunk_extension_holds_no_line_end(String body) {
        brokenOff(CHUNKED + body);
    }

    @ParameterizedTest
    @ValueSource(strings = {"5\r\nhelloX\r\n0\r\n\r\n", "5\r\nhello0\r\n\r\n"})
    void c11_a_chunk_ends_with_a_line_end(String body) {
        brokenOff(CHUNKED + body);
    }

    @Test
    void c11_a_trailer_is_no_request() {
        RawClient.Response answer = gateway.exchange(CHUNKED + "0\r\nX:GET /open/smuggled HTTP/1.1\r\n\r\n");
        assertThat(answer.status()).isIn(200, 400);
        assertThat(targets()).doesNotContain("/open/smuggled");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"GET /open/x HTTP/1.1\nHost: gw.test\n\n", "GET /open/x\nHTTP/1.1\r\nHost: gw.test\r\n\r\n"})
    void c12_a_bare_line_feed_ends_no_line(String request) {
        refused(request);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "X-A: a\u0000b",
                "X-A: a\rb",
                "X-A: a\u007fb",
                "X\u0000A: b",
                "X\u007fA: b",
                "X(A: b",
                "X A: b",
                "no-colon",
                "X\u00e9: b"
            })
    void c13_a_field_holds_no_control_character_and_its_name_is_a_token(String field) {
        refused("GET /open/x HTTP/1.1\r\nHost: gw.test\r\n" + field + "\r\n\r\n");
    }

    @Test
    void c13_a_field_has_a_name() {
        assertThat(gateway.exchange("GET /open/x HTTP/1.1\r\nHost: gw.test\r\n: b\r\n\r\n")
                        .status())
                .isEqualTo(400);
        assertThat(targets()).isEmpty();
    }

    /** The answer repeats the version, so that it is read as bytes here. */
    @ParameterizedTest
    @ValueSource(
            strings = {"HTTP/1.32", "HTTP/4294967295.255", "HTTP/0.9", "http/1.1", "HTTP/2.0", "HTTP/1.1 x", "HTTP/"})
    void c14_the_version_is_one_that_is_spoken(String version) throws IOException {
        String request = "GET /open/x " + version + "\r\nHost: gw.test\r\n\r\n" + SMUGGLED;
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), gateway.port())) {
            socket.setSoTimeout((int) RawClient.DEFAULT_TIMEOUT.toMillis());
            socket.getOutputStream().write(request.getBytes(ISO_8859_1));
            String answer = new String(socket.getInputStream().readAllBytes(), ISO_8859_1);
            assertThat(answer.split("\r\n", 2)[0]).matches("HTTP/\\S+ (400|501|505) .*");
        }
        assertThat(targets()).isEmpty();
    }

    @Test
    void c15_a_pipelined_request_is_gated_on_its_own() {
        try (RawClient client = RawClient.connect(gateway.port())) {
            client.send("GET /open/x HTTP/1.1\r\nHost: gw.test\r\nContent-Length: 5\r\n\r\nhello"
                    + "GET /gated/x HTTP/1.1\r\nHost: gw.test\r\nAuthorization: Bearer " + gateway.token("1")
                    + "\r\n\r\n");
            assertThat(client.read().status()).isEqualTo(200);
            assertThat(client.read().status()).isEqualTo(403);
        }
        assertThat(targets()).containsExactly("/open/x");
    }

    @Test
    void c16_http_1_0_has_no_chunks() {
        refused("POST /open/x HTTP/1.0\r\nHost: gw.test\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n");
    }

    @Test
    void c17_what_follows_a_refused_expectation_is_no_request() {
        try (RawClient client = RawClient.connect(gateway.port())) {
            client.send("POST /gated/x HTTP/1.1\r\nHost: gw.test\r\nExpect: 100-continue\r\nContent-Length: "
                    + SMUGGLED.length() + "\r\nAuthorization: Bearer " + gateway.token("1") + "\r\n\r\n");
            assertThat(client.readNext().status()).isEqualTo(403);
            client.send(SMUGGLED);
            assertThat(client.awaitClose()).isTrue();
        }
        assertThat(targets()).isEmpty();
    }

    @Test
    void what_follows_the_last_answer_of_a_connection_is_not_served() {
        for (var body : List.of("0\r\n\r\n", "1\r\nx\r\n0\r\n\r\n")) {
            try (RawClient client = RawClient.connect(gateway.port())) {
                client.send("POST /gated/x HTTP/1.1\r\nHost: gw.test\r\nAuthorization: Bearer " + gateway.token("1")
                        + "\r\nTransfer-Encoding: chunked\r\n\r\n" + body + SMUGGLED);
                RawClient.Response answer = client.read();
                assertThat(answer.status()).isEqualTo(403);
                assertThat(answer.header("Connection")).contains("close");
                assertThat(client.awaitClose()).as(body).isTrue();
            }
        }
        assertThat(targets()).isEmpty();
    }

    private static void refused(String request) {
        try (RawClient client = RawClient.connect(gateway.port())) {
            RawClient.Response answer = client.exchange(request + SMUGGLED);
            assertThat(answer.status()).isIn(400, 501, 505);
            assertThat(client.awaitClose()).isTrue();
        }
        assertThat(targets()).isEmpty();
    }

    /** The head may be on its way when the body turns out to be wrong: then the request never comes to its end. */
    private static void brokenOff(String request) {
        try (RawClient client = RawClient.connect(gateway.port())) {
            client.send(request + SMUGGLED);
            try {
                assertThat(client.read().status()).isEqualTo(400);
            } catch (UncheckedIOException closed) {
                assertThat(closed).hasCauseInstanceOf(EOFException.class);
            }
            assertThat(client.awaitClose()).isTrue();
        }
        assertThat(targets()).isEmpty();
    }

    private static void refusedOrFramedOnce(String request, String body) {
        try (RawClient client = RawClient.connect(gateway.port())) {
            assertThat(client.exchange(request).status()).isIn(200, 400);
        }
        for (Received received : gateway.backend().requests()) {
            assertThat(received.target()).isEqualTo("/open/x");
            assertThat(received.text()).isEqualTo(body);
        }
    }

    private static List<String> targets() {
        return gateway.backend().requests().stream().map(Received::target).toList();
    }
}
