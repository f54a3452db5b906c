package dev.tiergate.edge;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tiergate.GatewayScene;
import dev.tiergate.edge.Http2Wire.End;
import dev.tiergate.edge.Http2Wire.Ending;
import dev.tiergate.fixtures.RecordingBackend;
import dev.tiergate.fixtures.RecordingBackend.Received;
import java.io.IOException;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What HTTP/2 frames can say and HTTP/1.1 cannot, sent as raw frames: nothing of it reaches a backend. */
class Http2CasesIT extends GatewayScene {

    @BeforeAll
    static void start() throws Exception {
        serve(SharedRoutes.GATED_AND_OPEN);
    }

    @Test
    void a_good_request_arrives_and_a_gated_one_is_refused() throws IOException {
        try (Http2Wire wire = Http2Wire.connect(gateway.port())) {
            assertThat(wire.headers(1, true, request("/open/x")).await(1).status())
                    .isEqualTo(200);
            byte[] gated = request("/gated/x", "authorization", "Bearer " + gateway.token("1"));
            Ending refused = wire.headers(3, true, gated).await(3);
            assertThat(refused.status()).isEqualTo(403);
        }
        assertThat(gateway.backend().requests()).extracting(Received::target).containsExactly("/open/x");
    }

    @ParameterizedTest
    @CsvSource({
        "transfer-encoding, chunked",
        "connection, close",
        "connection, x-tiergate-store-id",
        "keep-alive, 1",
        "proxy-connection, keep-alive",
        "upgrade, websocket",
        "X-Upper, 1",
        ":path, /open/other",
        "content-length, 5",
        "host, other",
        "te, gzip",
    })
    void c18_what_belongs_to_a_connection_or_contradicts_is_refused(String name, String value) throws IOException {
        refused(request("/open/x", name, value));
    }

    @ParameterizedTest
    @ValueSource(strings = {"a\r\nx-tiergate-store-id: 1", "a\nb", "a\rb", "a\u0000b", "a\u007fb"})
    void c19_a_value_with_a_line_end_is_refused(String value) throws IOException {
        refused(request("/open/x", "x-foo", value));
    }

    @ParameterizedTest
    @ValueSource(strings = {"x:foo", ":foo", "x foo", "x\r\nfoo", "x\u0000", "", "x\u00e9"})
    void c20_a_name_that_is_no_token_is_refused(String name) throws IOException {
        refused(request("/open/x", name, "v"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "foo/bar",
                "http://gw.test/open/x",
                "http://x/foo",
                "/open/a b",
                "/open/a\r\nX: y",
                "/open/a#x",
                "",
                "*",
                "//x/open",
                "/open/../gated/x",
                "/open/x?a b"
            })
    void c21_a_path_is_a_path(String path) throws IOException {
        refused(request(path));
    }

    @ParameterizedTest
    @ValueSource(strings = {"get", "Get", "TRACE", "FOO", "GET /x", "", "G\r\nET"})
    void c22_a_method_is_one_that_is_served(String method) throws IOException {
        refused(Http2Wire.block(":method", method, ":scheme", "http", ":authority", "gw.test", ":path", "/open/x"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"http://x/foo?", "ftp", "HTTP", ""})
    void c22_a_scheme_is_http_or_https(String scheme) throws IOException {
        refused(Http2Wire.block(":method", "GET", ":scheme", scheme, ":authority", "gw.test", ":path", "/open/x"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"user@gw.test", "gw.test/open", "gw.test:x", "gw test", "", "gw.test\r\nx: y"})
    void b9_an_authority_is_a_host(String authority) throws IOException {
        refused(Http2Wire.block(":method", "GET", ":scheme", "http", ":authority", authority, ":path", "/open/x"));
    }

    @Test
    void b9_a_request_names_its_host() throws IOException {
        refused(Http2Wire.block(":method", "GET", ":scheme", "http", ":path", "/open/x"));
    }

    /** Vert.x takes the first Host and drops the others where no authority is sent: one host is read and told. */
    @Test
    void b9_of_two_hosts_one_is_read_at_most() throws IOException {
        byte[] block = Http2Wire.block(
                ":method", "GET", ":scheme", "http", ":path", "/open/x", "host", "a.test", "host", "b.test");
        try (Http2Wire wire = Http2Wire.connect(gateway.port())) {
            wire.headers(1, true, block).await(1);
        }
        for (Received received : gateway.backend().requests()) {
            assertThat(received.header("X-Forwarded-Host")).contains("a.test");
            assertThat(received.headers()).noneMatch(header -> header.value().contains("b.test"));
        }
    }

    @Test
    void c18_a_body_that_is_not_as_long_as_it_says_never_comes_whole() throws IOException {
        try (Http2Wire wire = Http2Wire.connect(gateway.port())) {
            wire.headers(1, false, post("content-length", "5")).data(1, true, "too long a body");
            assertThat(wire.await(1).end()).isNotEqualTo(End.ANSWERED);
        }
        assertThat(gateway.backend().requests()).isEmpty();
    }

    @Test
    void c23_streams_that_are_reset_in_a_row_end_the_connection_and_others_are_served() throws IOException {
        try (RecordingBackend.Hold hold = gateway.backend().hold();
                Http2Wire wire = Http2Wire.connect(gateway.port())) {
            Ending ending = null;
            try {
                for (int stream = 1; stream < 1000; stream += 2) {
                    wire.headers(stream, true, request("/open/x")).reset(stream);
                }
            } catch (IOException closed) {
                ending = new Ending(End.CLOSED, 0, null);
            }
            assertThat(ending == null ? wire.await(1001).end() : ending.end()).isIn(End.GOAWAY, End.CLOSED);
        }
        assertThat(gateway.exchange("GET /open/after HTTP/1.1\r\nHost: gw.test\r\n\r\n")
                        .status())
                .isEqualTo(200);
    }

    @Test
    void c24_headers_without_end_end_the_connection() throws IOException {
        try (Http2Wire wire = Http2Wire.connect(gateway.port())) {
            wire.headersToBeContinued(1, request("/open/x"));
            try {
                for (int i = 0; i < 10_000; i++) {
                    wire.continuation(1, false, Http2Wire.block("x" + i, ""));
                }
                assertThat(wire.await(1).end()).isIn(End.GOAWAY, End.CLOSED);
            } catch (IOException closed) {
                assertThat(closed).isNotNull();
            }
        }
        assertThat(gateway.backend().requests()).isEmpty();
    }

    @Test
    void c24_headers_past_their_bound_are_refused() throws IOException {
        String[] fields = new String[2000];
        for (int i = 0; i < fields.length; i += 2) {
            fields[i] = "x-" + i;
            fields[i + 1] = "";
        }
        refused(request("/open/x", fields));
        refused(request("/open/x", "x-big", "a".repeat(16_000)));
    }

    @Test
    void c25_a_backends_connection_headers_do_not_reach_an_http2_client() throws IOException {
        gateway.backend().respondWith(200, Map.of("Connection", "keep-alive", "Keep-Alive", "timeout=5"), "ok");
        try (Http2Wire wire = Http2Wire.connect(gateway.port())) {
            Ending answer = wire.headers(1, true, request("/open/x")).await(1);
            assertThat(answer.status()).isEqualTo(200);
            assertThat(answer.headers().contains("connection")).isFalse();
            assertThat(answer.headers().contains("keep-alive")).isFalse();
        }
    }

    @Test
    void cookies_in_several_fields_arrive_as_one() throws IOException {
        try (Http2Wire wire = Http2Wire.connect(gateway.port())) {
            wire.headers(1, true, request("/open/x", "cookie", "a=b", "cookie", "c=d"));
            assertThat(wire.await(1).status()).isEqualTo(200);
        }
        assertThat(gateway.backend().last().headers("Cookie")).containsExactly("a=b; c=d");
    }

    private static void refused(byte[] block) throws IOException {
        try (Http2Wire wire = Http2Wire.connect(gateway.port())) {
            assertThat(wire.headers(1, true, block).await(1)).matches(Ending::refused);
        }
        assertThat(gateway.backend().requests()).isEmpty();
    }

    private static byte[] request(String path, String... more) {
        return block("GET", path, more);
    }

    private static byte[] post(String... more) {
        return block("POST", "/open/x", more);
    }

    private static byte[] block(String method, String path, String... more) {
        String[] fields = new String[8 + more.length];
        System.arraycopy(
                new String[] {":method", method, ":scheme", "http", ":authority", "gw.test", ":path", path},
                0,
                fields,
                0,
                8);
        System.arraycopy(more, 0, fields, 8, more.length);
        return Http2Wire.block(fields);
    }
}
