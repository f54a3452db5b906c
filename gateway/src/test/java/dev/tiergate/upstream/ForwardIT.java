package dev.tiergate.upstream;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tiergate.fixtures.RawBackend;
import dev.tiergate.fixtures.RawClient;
import dev.tiergate.fixtures.RecordingBackend;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.buffer.Buffer;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ForwardIT {

    private static final String GET = "GET /items HTTP/1.1\r\nHost: shop.example\r\n";

    @Test
    void a_request_goes_out_and_its_response_comes_back() {
        try (var backend = RecordingBackend.start();
                var edge = Edge.to(Shop.at(backend.uri()).config());
                var client = RawClient.connect(edge.port())) {
            backend.respondWith(201, Map.of("X-Shop", "yes"), "made");
            var response = client.exchange(
                    "POST /orders?q=%2F HTTP/1.1\r\nHost: shop.example\r\nContent-Length: 5\r\nX-A: 1\r\n\r\nhello");
            assertThat(response.status()).isEqualTo(201);
            assertThat(response.text()).isEqualTo("made");
            assertThat(response.header("x-shop")).hasValue("yes");
            assertThat(response.header("x-seen")).hasValue("201");
            assertThat(backend.last().text()).isEqualTo("hello");
            assertThat(backend.last().target()).isEqualTo("/orders?q=%2F");
            assertThat(backend.last().headers("content-length")).containsExactly("5");
            assertThat(edge.nextEnd()).isEqualTo(new Forwarded.Answered(201));
            assertThat(edge.nextSettled()).isEqualTo("ANSWERED 201");
            assertThat(edge.nextSettled()).isEqualTo("ended");
            assertThat(client.exchange(GET + "\r\n").status()).isEqualTo(201);
        }
    }

    @Test
    void the_target_is_what_was_matched_not_what_was_sent() {
        try (var backend = RecordingBackend.start();
                var edge = Edge.to(Shop.at(backend.uri()).config());
                var client = RawClient.connect(edge.port())) {
            edge.gate(request -> Future.succeededFuture(new Forward(
                    request.method(),
                    "/canonical?a=1",
                    null,
                    0,
                    name -> true,
                    edge.forward(request).headers(),
                    ResponseHead.UNCHANGED,
                    edge.forward(request).settlement())));
            client.exchange("GET http://evil.example//x/../y HTTP/1.1\r\nHost: shop.example\r\n\r\n");
            assertThat(backend.last().target()).isEqualTo("/canonical?a=1");
        }
    }

    @Test
    void the_backend_sees_its_own_authority_as_host() {
        try (var backend = RecordingBackend.start();
                var edge = Edge.to(Shop.at(backend.uri()).config());
                var client = RawClient.connect(edge.port())) {
            client.exchange(GET + "\r\n");
            assertThat(backend.last().headers("host")).containsExactly("127.0.0.1:" + backend.port());
        }
    }

    @Test
    void hop_by_hop_fields_of_the_request_end_at_the_gateway() {
        try (var backend = RecordingBackend.start();
                var edge = Edge.to(Shop.at(backend.uri()).config());
                var client = RawClient.connect(edge.port())) {
            client.exchange(GET
                    + "Connection: keep-alive, X-Foo ,x-bar\r\nX-Foo: 1\r\nX-Bar: 2\r\nKeep-Alive: timeout=5\r\n"
                    + "Proxy-Connection: keep-alive\r\nProxy-Authorization: Basic eDp5\r\nTE: gzip\r\n"
                    + "Upgrade: foo/2\r\nX-End: stays\r\n\r\n");
            var received = backend.last();
            for (String name : new String[] {
                "connection",
                "x-foo",
                "x-bar",
                "keep-alive",
                "proxy-connection",
                "proxy-authorization",
                "te",
                "upgrade",
                "transfer-encoding"
            }) {
                assertThat(received.headers(name)).as(name).isEmpty();
            }
            assertThat(received.header("x-end")).hasValue("stays");
        }
    }

    @Test
    void hop_by_hop_fields_of_the_response_end_at_the_gateway() {
        try (var backend = RawBackend.answering("HTTP/1.1 200 OK\r\nConnection: keep-alive, X-Hop\r\nX-Hop: 1\r\n"
                        + "Keep-Alive: timeout=60\r\nProxy-Authenticate: Basic\r\nProxy-Connection: keep-alive\r\n"
                        + "Upgrade: h2c\r\nX-End: stays\r\nContent-Length: 2\r\n\r\nok");
                var edge = Edge.to(Shop.at(backend.uri()).config());
                var client = RawClient.connect(edge.port())) {
            var response = client.exchange(GET + "\r\n");
            for (String name : new String[] {
                "connection", "x-hop", "keep-alive", "proxy-authenticate", "proxy-connection", "upgrade"
            }) {
                assertThat(response.headers(name)).as(name).isEmpty();
            }
            assertThat(response.header("x-end")).hasValue("stays");
            assertThat(response.text()).isEqualTo("ok");
        }
    }

    @Test
    void a_backends_close_does_not_close_the_client() {
        try (var backend = RawBackend.answeringOnce(
                        "HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 2\r\n\r\nok");
                var edge = Edge.to(Shop.at(backend.uri()).config());
                var client = RawClient.connect(edge.port())) {
            assertThat(client.exchange(GET + "\r\n").text()).isEqualTo("ok");
            assertThat(client.exchange(GET + "\r\n").text()).isEqualTo("ok");
        }
    }

    @Test
    void what_the_gateway_sets_replaces_what_the_client_sent() {
        try (var backend = RecordingBackend.start();
                var edge = Edge.to(Shop.at(backend.uri()).config());
                var client = RawClient.connect(edge.port())) {
            client.exchange(GET + "x-request-id: mine\r\nX-Tiergate-Store-Id: 8\r\nX-Tiergate-Other: 1\r\n\r\n");
            assertThat(backend.last().headers("x-request-id")).containsExactly("r-1");
            assertThat(backend.last().headers("x-tiergate-store-id")).containsExactly("7");
            assertThat(backend.last().headers("x-tiergate-other")).isEmpty();
        }
    }

    @Test
    void the_identity_is_signed_when_there_is_a_key() {
        try (var backend = RecordingBackend.start();
                var edge = Edge.to(Shop.at(backend.uri()).signKey("secret").config());
                var client = RawClient.connect(edge.port())) {
            client.exchange(GET + "\r\n");
            assertThat(backend.last().headers(IdentityHeaders.SIGNATURE.toString()))
                    .containsExactly(new Signature("secret").of("7", "orders", "r-1", Edge.NOW.getEpochSecond()));
        }
    }

    @Test
    void a_response_to_head_keeps_its_length_and_has_no_body() {
        try (var backend = RawBackend.answering("HTTP/1.1 200 OK\r\nContent-Length: 42\r\n\r\n");
                var edge = Edge.to(Shop.at(backend.uri()).config());
                var client = RawClient.connect(edge.port())) {
            client.send("HEAD /items HTTP/1.1\r\nHost: a\r\n\r\n");
            var response = client.readHead();
            assertThat(response.header("content-length")).hasValue("42");
            assertThat(response.headers("transfer-encoding")).isEmpty();
            client.send("HEAD /items HTTP/1.1\r\nHost: a\r\n\r\n");
            assertThat(client.readHead().status()).isEqualTo(200);
        }
    }

    @Test
    void a_response_to_head_without_a_length_is_not_chunked() {
        try (var backend = RawBackend.answering("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n");
                var edge = Edge.to(Shop.at(backend.uri()).config());
                var client = RawClient.connect(edge.port())) {
            client.send("HEAD /items HTTP/1.1\r\nHost: a\r\n\r\n");
            assertThat(client.readHead().headers("transfer-encoding")).isEmpty();
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {204, 304})
    void a_status_without_a_body_is_not_chunked(int status) {
        try (var backend = RawBackend.answering("HTTP/1.1 " + status + " X\r\nETag: \"1\"\r\n\r\n");
                var edge = Edge.to(Shop.at(backend.uri()).config());
                var client = RawClient.connect(edge.port())) {
            var response = client.exchange(GET + "\r\n");
            assertThat(response.status()).isEqualTo(status);
            assertThat(response.headers("transfer-encoding")).isEmpty();
            assertThat(response.headers("content-length")).isEmpty();
            assertThat(client.exchange(GET + "\r\n").status()).isEqualTo(status);
        }
    }

    @Test
    void a_chunked_response_stays_whole_and_its_trailers_stay_trailers() {
        try (var backend = RawBackend.answering(
                        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nTrailer: X-Sum\r\n\r\n"
                                + "3\r\nabc\r\n4\r\ndefg\r\n0\r\nX-Sum: 7\r\nContent-Length: 9\r\nSet-Cookie: a=b\r\n\r\n");
                var edge = Edge.to(Shop.at(backend.uri()).config());
                var client = RawClient.connect(edge.port())) {
            var response = client.exchange(GET + "TE: trailers\r\n\r\n");
            assertThat(response.text()).isEqualTo("abcdefg");
            assertThat(response.complete()).isTrue();
            assertThat(response.headers("x-sum")).isEmpty();
            assertThat(response.headers("set-cookie")).isEmpty();
            assertThat(new String(client.raw(), ISO_8859_1))
                    .contains("X-Sum: 7")
                    .doesNotContain("Content-Length: 9", "Set-Cookie");
            assertThat(backend.lastRequest()).containsIgnoringCase("te: trailers");
        }
    }

    @Test
    void a_body_that_ends_with_its_connection_comes_whole() {
        try (var backend = RawBackend.answeringOnce("HTTP/1.0 200 OK\r\nX-A: 1\r\n\r\nuntil the end");
                var edge = Edge.to(Shop.at(backend.uri()).config());
                var client = RawClient.connect(edge.port())) {
            var response = client.exchange(GET + "\r\n");
            assertThat(response.text()).isEqualTo("until the end");
            assertThat(response.header("transfer-encoding")).hasValue("chunked");
            assertThat(client.exchange(GET + "\r\n").text()).isEqualTo("until the end");
        }
    }

    @Test
    void an_http_1_0_client_gets_no_chunks() {
        try (var backend = RawBackend.answering("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
                        + "3\r\nabc\r\n4\r\ndefg\r\n0\r\n\r\n");
                var edge = Edge.to(Shop.at(backend.uri()).config());
                var client = RawClient.connect(edge.port())) {
            client.send("GET /items HTTP/1.0\r\nHost: a\r\nConnection: keep-alive\r\n\r\n");
            var response = client.read();
            assertThat(response.text()).isEqualTo("abcdefg");
            assertThat(response.headers("transfer-encoding")).isEmpty();
        }
    }

    @Test
    void a_chunked_request_arrives_whole() {
        try (var backend = RecordingBackend.start();
                var edge = Edge.to(Shop.at(backend.uri()).config());
                var client = RawClient.connect(edge.port())) {
            client.exchange("POST /orders HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n"
                    + "3\r\nabc\r\n4\r\ndefg\r\n0\r\n\r\n");
            assertThat(backend.last().text()).isEqualTo("abcdefg");
            assertThat(backend.last().header("transfer-encoding")).hasValue("chunked");
            assertThat(backend.last().headers("content-length")).isEmpty();
        }
    }

    @Test
    void a_gate_may_take_its_time() {
        try (var backend = RecordingBackend.start();
                var edge = Edge.to(Shop.at(backend.uri()).config());
                var client = RawClient.connect(edge.port())) {
            Promise<Void> decided = Promise.promise();
            Promise<Void> asked = Promise.promise();
            edge.gate(request -> {
                asked.complete();
                return decided.future().map(v -> edge.forward(request));
            });
            client.send("POST /orders HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nhello");
            Edge.await(asked.future());
            edge.onLoop(() -> {
                decided.complete();
                return "decided";
            });
            assertThat(client.read().status()).isEqualTo(200);
            assertThat(backend.last().text()).isEqualTo("hello");
            edge.gate(request -> Future.succeededFuture(edge.forward(request)));
            assertThat(client.exchange(GET + "\r\n").status()).isEqualTo(200);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"Content-Length: 7\r\n\r\nabcdefg", "Transfer-Encoding: chunked\r\n\r\n7\r\nabcdefg\r\n0\r\n\r\n"
            })
    void a_body_that_a_gate_has_read_is_sent_on_unchanged(String body) {
        try (var backend = RecordingBackend.start();
                var edge = Edge.to(Shop.at(backend.uri()).config());
                var client = RawClient.connect(edge.port())) {
            edge.gate(request -> {
                request.resume();
                return request.body().map(read -> edge.forward(request, read));
            });
            client.exchange("POST /orders HTTP/1.1\r\nHost: a\r\n" + body);
            assertThat(backend.last().text()).isEqualTo("abcdefg");
            assertThat(backend.last().headers("content-length")).containsExactly("7");
        }
    }

    @Test
    void the_rest_of_a_body_follows_what_a_gate_has_read() {
        try (var backend = RecordingBackend.start();
                var edge = Edge.to(Shop.at(backend.uri()).config());
                var client = RawClient.connect(edge.port())) {
            Promise<Void> reading = Promise.promise();
            edge.gate(request -> {
                Promise<Buffer> first = Promise.promise();
                request.handler(chunk -> {
                    request.pause();
                    first.complete(chunk);
                });
                request.resume();
                reading.complete();
                return first.future().map(chunk -> edge.forward(request, chunk));
            });
            client.send("POST /orders HTTP/1.1\r\nHost: a\r\nContent-Length: 7\r\n\r\nabc");
            Edge.await(reading.future());
            backend.respondWith(200, Map.of(), "ok");
            assertThat(client.exchange("defg").text()).isEqualTo("ok");
            assertThat(backend.last().text()).isEqualTo("abcdefg");
        }
    }

    @Test
    void a_post_without_a_body_is_sent_without_one() {
        try (var backend = RecordingBackend.start();
                var edge = Edge.to(Shop.at(backend.uri()).config());
                var client = RawClient.connect(edge.port())) {
            client.exchange("POST /orders HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\n\r\n");
            assertThat(backend.last().length()).isZero();
            assertThat(backend.last().headers("content-length")).containsExactly("0");
            assertThat(backend.last().headers("transfer-encoding")).isEmpty();
        }
    }

    @Test
    void the_client_is_told_to_continue_once_its_body_is_wanted() {
        try (var backend = RecordingBackend.start();
                var edge = Edge.to(Shop.at(backend.uri()).config());
                var client = RawClient.connect(edge.port())) {
            client.send("POST /orders HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 5\r\n\r\n");
            assertThat(client.readNext().status()).isEqualTo(100);
            assertThat(client.exchange("hello").status()).isEqualTo(200);
            assertThat(backend.last().text()).isEqualTo("hello");
            assertThat(backend.last().headers("expect")).isEmpty();
        }
    }

    @Test
    void a_redirect_is_passed_on_and_not_followed() {
        try (var backend = RecordingBackend.start();
                var edge = Edge.to(Shop.at(backend.uri()).config());
                var client = RawClient.connect(edge.port())) {
            backend.respondWith(302, Map.of("Location", backend.uri() + "/elsewhere"), "");
            var response = client.exchange(GET + "\r\n");
            assertThat(response.status()).isEqualTo(302);
            assertThat(response.header("location")).hasValue(backend.uri() + "/elsewhere");
            assertThat(backend.count()).isEqualTo(1);
        }
    }

    @Test
    void an_encoded_body_is_not_decoded() {
        try (var backend = RecordingBackend.start();
                var edge = Edge.to(Shop.at(backend.uri()).config());
                var client = RawClient.connect(edge.port())) {
            backend.respondWith(200, Map.of("Content-Encoding", "gzip"), "not really gzip");
            var response = client.exchange(GET + "Accept-Encoding: br\r\n\r\n");
            assertThat(response.header("content-encoding")).hasValue("gzip");
            assertThat(response.text()).isEqualTo("not really gzip");
            assertThat(backend.last().headers("accept-encoding")).containsExactly("br");
        }
    }

    @Test
    void twenty_kilobytes_of_header_pass_both_ways() {
        String large = "v".repeat(20_000);
        try (var backend =
                        RawBackend.answering("HTTP/1.1 200 OK\r\nX-Large: " + large + "\r\nContent-Length: 0\r\n\r\n");
                var edge = Edge.to(Shop.at(backend.uri()).config());
                var client = RawClient.connect(edge.port())) {
            assertThat(client.exchange(GET + "Cookie: " + large + "\r\n\r\n").header("x-large"))
                    .hasValue(large);
            assertThat(backend.lastRequest()).contains(large);
        }
    }

    @Test
    void several_fields_of_one_name_keep_their_order() {
        try (var backend = RawBackend.answering(
                        "HTTP/1.1 200 OK\r\nSet-Cookie: a=1\r\nSet-Cookie: b=2\r\n" + "Content-Length: 0\r\n\r\n");
                var edge = Edge.to(Shop.at(backend.uri()).config());
                var client = RawClient.connect(edge.port())) {
            assertThat(client.exchange(GET + "\r\n").headers("set-cookie")).containsExactly("a=1", "b=2");
        }
    }

    @Test
    void a_reason_phrase_of_its_own_is_kept() {
        try (var backend = RawBackend.answering("HTTP/1.1 200 Fine\r\nContent-Length: 0\r\n\r\n");
                var edge = Edge.to(Shop.at(backend.uri()).config());
                var client = RawClient.connect(edge.port())) {
            assertThat(client.exchange(GET + "\r\n").reason()).isEqualTo("Fine");
        }
    }
}
