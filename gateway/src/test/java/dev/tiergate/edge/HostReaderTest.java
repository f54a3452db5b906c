package dev.tiergate.edge;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tiergate.edge.HostReader.Host;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class HostReaderTest {

    @ParameterizedTest
    @CsvSource({
        "Shop.Example, shop.example, -1",
        "shop.example:8080, shop.example, 8080",
        "shop.example:65535, shop.example, 65535",
        "shop.example., shop.example, -1",
        "a_b-c.example, a_b-c.example, -1",
        "127.0.0.1:1, 127.0.0.1, 1",
        "'[2001:DB8::1]:443', '[2001:db8::1]', 443",
        "'[::1]', '[::1]', -1",
    })
    void a_host_is_read_in_lower_case_and_without_its_port(String header, String host, int port) {
        assertThat(HostReader.read(List.of(header), null)).isEqualTo(new Host.Named(new Authority(host, port)));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                " ",
                "a b",
                "user@shop.example",
                "shop.example/x",
                "shop.example?x",
                "shop.example#x",
                "shop%00.example",
                "shop.example:",
                "shop.example:0",
                "shop.example:65536",
                "shop.example:080808",
                "shop.example:8o",
                ":80",
                "shop.example:80:80",
                "a..b",
                ".",
                ".a",
                "a,b",
                "a;b",
                "[::1",
                "::1",
                "[127.0.0.1]",
                "[::1%25eth0]x",
                "[::1]x",
                "caf\u00e9",
                "a\u0000",
                "a\tb"
            })
    void what_is_no_plain_host_is_refused(String header) {
        assertThat(HostReader.read(List.of(header), null)).isInstanceOf(Host.Unclear.class);
    }

    @Test
    void a_host_of_the_longest_length_passes_and_one_over_does_not() {
        String atBound = "a".repeat(260);
        assertThat(HostReader.read(List.of(atBound), null)).isInstanceOf(Host.Named.class);
        assertThat(HostReader.read(List.of(atBound + "a"), null)).isInstanceOf(Host.Unclear.class);
    }

    @Test
    void no_host_and_two_hosts_are_refused_even_if_they_agree() {
        assertThat(HostReader.read(List.of(), null)).isInstanceOf(Host.Unclear.class);
        assertThat(HostReader.read(List.of("a", "a"), null)).isInstanceOf(Host.Unclear.class);
    }

    @Test
    void over_http2_the_authority_counts_and_must_agree_with_a_host() {
        assertThat(HostReader.read(List.of(), "A:80")).isEqualTo(new Host.Named(new Authority("a", 80)));
        assertThat(HostReader.read(List.of("a:80"), "A:80")).isInstanceOf(Host.Named.class);
        assertThat(HostReader.read(List.of("b:80"), "a:80")).isInstanceOf(Host.Unclear.class);
        assertThat(HostReader.read(List.of("a:81"), "a:80")).isInstanceOf(Host.Unclear.class);
        assertThat(HostReader.read(List.of("a@a"), "a")).isInstanceOf(Host.Unclear.class);
    }
}
