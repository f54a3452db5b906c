package dev.tiergate.edge;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.util.AsciiString;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class ForwardableHeadersTest {

    private final ForwardableHeaders headers = new ForwardableHeaders(Set.of("x-internal", "cookie2"));

    @ParameterizedTest
    @MethodSource("dev.tiergate.edge.ClientHeaders#pathOverrides")
    void path_overrides_never_pass(String name) {
        refusedInAnySpelling(name, true);
    }

    @ParameterizedTest
    @MethodSource("dev.tiergate.edge.ClientHeaders#methodOverrides")
    void method_overrides_never_pass(String name) {
        refusedInAnySpelling(name, true);
    }

    @ParameterizedTest
    @MethodSource("dev.tiergate.edge.ClientHeaders#forwarding")
    void forwarding_headers_are_the_gateways_to_set(String name) {
        refusedInAnySpelling(name, true);
    }

    @ParameterizedTest
    @MethodSource("dev.tiergate.edge.ClientHeaders#addresses")
    void a_clients_address_is_told_by_proxies_and_not_by_clients(String name) {
        refusedInAnySpelling(name, false);
        assertThat(headers.forwardable(List.of(), true).test(name)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "X-Tiergate-Store-Id",
                "X-Tiergate-Entitlements",
                "X-Tiergate-",
                "X-Tiergate-Anything",
                "X-Request-Id",
                "traceparent",
                "tracestate",
                "Host",
                "Connection",
                "Keep-Alive",
                "Proxy-Connection",
                "Proxy-Authorization",
                "TE",
                "Trailer",
                "Transfer-Encoding",
                "Upgrade",
                "HTTP2-Settings",
                "Expect",
                "X-Internal",
                "Cookie2"
            })
    void what_the_gateway_sets_and_what_is_hop_by_hop_never_passes(String name) {
        refusedInAnySpelling(name, true);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Accept",
                "Authorization",
                "Cookie",
                "Content-Length",
                "Content-Type",
                "User-Agent",
                "X-Store-Id",
                "X-Tiergate",
                "X-Forwarded",
                "x",
                "x-",
                "Idempotency-Key",
                "Hosts",
                "Origin",
                "Sec-WebSocket-Key"
            })
    void all_else_passes(String name) {
        assertThat(headers.forwardable(name)).isTrue();
        assertThat(headers.forwardable(AsciiString.of(name))).isTrue();
    }

    @Test
    void what_a_connection_header_names_does_not_pass() {
        Predicate<CharSequence> forwardable = headers.forwardable(List.of("close, X-Hop", " x-other_hop "), false);
        assertThat(forwardable.test("x-hop")).isFalse();
        assertThat(forwardable.test("X-Other-Hop")).isFalse();
        assertThat(forwardable.test("X-Tiergate-Tier")).isFalse();
        assertThat(forwardable.test("Accept")).isTrue();
    }

    @Test
    void a_connection_header_does_not_take_the_bodys_length_away() {
        assertThat(headers.forwardable(List.of("Content-Length, close"), false).test("Content-Length"))
                .isTrue();
    }

    private void refusedInAnySpelling(String name, boolean trustedPeer) {
        Predicate<CharSequence> forwardable = headers.forwardable(List.of("keep-alive"), trustedPeer);
        for (String spelling : List.of(
                name,
                name.toLowerCase(java.util.Locale.ROOT),
                name.toUpperCase(java.util.Locale.ROOT),
                name.replace('-', '_'),
                name.replace('-', '.'))) {
            assertThat(forwardable.test(spelling)).as(spelling).isFalse();
            assertThat(forwardable.test(AsciiString.of(spelling))).as(spelling).isFalse();
        }
    }
}
