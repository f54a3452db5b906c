package dev.tiergate.edge;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.handler.codec.http2.DefaultHttp2Headers;
import io.vertx.core.MultiMap;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.impl.headers.Http2HeadersAdaptor;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HeaderGuardTest {

    @ParameterizedTest
    @ValueSource(strings = {"a:b", "", "a b", "a\r\nb", "a\u0000", "Upper", "caf\u00e9", "a(b"})
    void a_name_that_is_no_token_is_refused(String name) {
        assertThat(HeaderGuard.flaw(with(name, "v"), "https")).isNotNull();
    }

    @ParameterizedTest
    @ValueSource(strings = {"a\r\nx-tiergate-store-id: 1", "a\nb", "a\rb", "a\u0000b", "a\u007fb", "\u001f"})
    void a_value_with_a_control_character_is_refused(String value) {
        assertThat(HeaderGuard.flaw(with("x-foo", value), "https")).isNotNull();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "a b\tc", "caf\u00e9", "\u0080\u00ff", "a: b"})
    void other_values_pass(String value) {
        assertThat(HeaderGuard.flaw(with("x-foo_1.a", value), "http")).isNull();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "HTTP", "ftp", "http://x/foo?"})
    void the_scheme_is_http_or_https(String scheme) {
        assertThat(HeaderGuard.flaw(with("x-foo", "v"), scheme)).isNotNull();
    }

    @Test
    void a_missing_scheme_is_refused() {
        assertThat(HeaderGuard.flaw(with("x-foo", "v"), null)).isNotNull();
    }

    @Test
    void an_http1_field_has_a_name() {
        MultiMap headers = HttpHeaders.headers().add("Host", "a");
        assertThat(HeaderGuard.flaw(headers)).isNull();
        assertThat(HeaderGuard.flaw(headers.add("", "b"))).isNotNull();
    }

    private static MultiMap with(String name, String value) {
        var headers = new DefaultHttp2Headers(false);
        headers.add(name, value);
        return new Http2HeadersAdaptor(headers);
    }
}
