package dev.tiergate.api.events;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tiergate.routes.CorsConfig;
import io.vertx.core.net.HostAndPort;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class OriginsTest {

    @ParameterizedTest
    @CsvSource({
        "https://shop.example, shop.example, true",
        "https://SHOP.example, shop.EXAMPLE, true",
        "https://shop.example, shop.example:443, true",
        "http://shop.example:8080, shop.example:8080, true",
        "https://shop.example:444, shop.example, false",
        "http://shop.example, shop.example:8080, false",
        "https://shop.example.evil, shop.example, false",
        "https://evil.example, shop.example, false",
        "null, shop.example, false",
        "ftp://shop.example, shop.example, false",
        "https://, shop.example, false",
        "https://[::1]:8080, [::1]:8080, true",
        "not a url, shop.example, false",
    })
    void a_page_of_the_own_host_may_and_another_may_not(String origin, String host, boolean allowed) {
        assertThat(Origins.allowed(List.of(origin), HostAndPort.parseAuthority(host, -1), null))
                .isEqualTo(allowed);
    }

    @Test
    void the_gateways_cors_rules_name_others() {
        var own = HostAndPort.parseAuthority("shop.example", -1);
        assertThat(Origins.allowed(List.of("https://pages.example"), own, cors("https://pages.example")))
                .isTrue();
        assertThat(Origins.allowed(List.of("https://other.example"), own, cors("https://pages.example")))
                .isFalse();
        assertThat(Origins.allowed(List.of("https://other.example"), own, cors("*")))
                .isTrue();
    }

    @Test
    void a_client_without_an_origin_is_no_browser_and_one_with_two_is_refused() {
        var own = HostAndPort.parseAuthority("shop.example", -1);
        assertThat(Origins.allowed(List.of(), own, null)).isTrue();
        assertThat(Origins.allowed(List.of("https://shop.example", "https://shop.example"), own, null))
                .isFalse();
    }

    private static CorsConfig cors(String origin) {
        return new CorsConfig(Set.of(origin), Set.of("GET"), Set.of(), false, Duration.ofMinutes(1));
    }
}
