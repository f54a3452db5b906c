package dev.tiergate.upstream;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.MultiMap;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpVersion;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class HeadersTest {

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Connection",
                "keep-alive",
                "TE",
                "Upgrade",
                "Transfer-Encoding",
                "Proxy-Connection",
                "HTTP2-Settings",
                "Proxy-Authenticate",
                "PROXY-AUTHORIZATION",
                "Proxy-Authentication-Info",
                "Host",
                "Expect",
                "Content-Length"
            })
    void a_field_of_the_connection_does_not_reach_the_upstream(String name) {
        assertThat(toUpstream(HttpHeaders.headers().add(name, "x"))).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"Trailer", "Content-Type", "Hosts", "X", "Accept", "Cookie", "Upgrade-Insecure-Requests"})
    void an_end_to_end_field_does(String name) {
        assertThat(toUpstream(HttpHeaders.headers().add(name, "x")).get(name)).isEqualTo("x");
    }

    @ParameterizedTest
    @CsvSource({"a,", "'X-A',X-A", "'close, x-a',x-A", "'x-a;q=1',", "' X-A ,,X-B',X-B"})
    void a_nominated_field_ends_here(String connection, String dropped) {
        MultiMap from = HttpHeaders.headers()
                .add("Connection", connection)
                .add("X-A", "1")
                .add("X-B", "2");
        MultiMap to = toUpstream(from);
        if (dropped == null) {
            assertThat(to.names()).containsExactlyInAnyOrder("X-A", "X-B");
        } else {
            assertThat(to.contains(dropped)).isFalse();
        }
    }

    @Test
    void fields_may_be_nominated_in_several_lines() {
        MultiMap from = HttpHeaders.headers()
                .add("Connection", "keep-alive")
                .add("Connection", "X-B")
                .add("X-A", "1")
                .add("X-B", "2");
        assertThat(toUpstream(from).names()).containsExactly("X-A");
    }

    @Test
    void te_is_passed_on_as_far_as_it_asks_for_trailers() {
        assertThat(toUpstream(HttpHeaders.headers().add("TE", "gzip;q=0.5, trailers"))
                        .get("TE"))
                .isEqualTo("trailers");
        assertThat(toUpstream(HttpHeaders.headers().add("TE", "trailers")).get("Connection"))
                .isEqualToIgnoringCase("te");
    }

    @Test
    void an_http_2_upstream_gets_no_connection_field() {
        MultiMap to = HttpHeaders.headers();
        Headers.toUpstream(HttpHeaders.headers().add("TE", "trailers"), to, name -> true, HttpVersion.HTTP_2);
        assertThat(to.get("TE")).isEqualTo("trailers");
        assertThat(to.contains("Connection")).isFalse();
    }

    @Test
    void trailers_that_frame_or_route_are_dropped() {
        MultiMap to = HttpHeaders.headers();
        Headers.trailers(
                HttpHeaders.headers()
                        .add("Content-Length", "5")
                        .add("Transfer-Encoding", "chunked")
                        .add("Host", "x")
                        .add("Set-Cookie", "a=b")
                        .add("Grpc-Status", "0"),
                to);
        assertThat(to.names()).containsExactly("Grpc-Status");
    }

    @ParameterizedTest
    @CsvSource({"x-foo,'a\r\nx-store-id: 1'", "x-foo,'a\nb'", "'x:foo',a", "'x foo',a", "'x\r\ny',a", "x-nul,'a\u0000'"
    })
    void what_no_connection_can_carry_is_invalid(String name, String value) {
        assertThat(Headers.areValid(MultiMap.caseInsensitiveMultiMap().add(name, value)))
                .isFalse();
    }

    @Test
    void ordinary_fields_are_valid() {
        assertThat(Headers.areValid(MultiMap.caseInsensitiveMultiMap().add("x-foo", "é bar\t baz")))
                .isTrue();
    }

    private static MultiMap toUpstream(MultiMap from) {
        MultiMap to = HttpHeaders.headers();
        Headers.toUpstream(from, to, name -> true, HttpVersion.HTTP_1_1);
        return to;
    }
}
