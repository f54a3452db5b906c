package dev.tiergate.edge;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tiergate.routes.Cidr;
import io.vertx.core.MultiMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ForwardingTest {

    private static final Authority HOST = new Authority("shop.example", 8443);
    private static final List<Cidr> PROXIES = List.of(new Cidr("10.0.0.0/8"), new Cidr("2001:db8:1::/48"));
    private final Forwarding forwarding = new Forwarding(PROXIES, null);

    @Test
    void what_a_client_says_is_replaced() {
        MultiMap headers = headers()
                .add("X-Forwarded-For", "1.1.1.1")
                .add("Forwarded", "for=1.1.1.1")
                .add("X-Forwarded-Proto", "https")
                .add("X-Forwarded-Host", "evil.example");
        Forwarding.Way way = forwarding.read("203.0.113.9", "http", HOST, headers);
        assertThat(way.clientAddress()).isEqualTo("203.0.113.9");
        assertThat(way.trustedPeer()).isFalse();
        assertThat(told(way))
                .containsEntry("Forwarded", "for=203.0.113.9;host=\"shop.example:8443\";proto=http")
                .containsEntry("X-Forwarded-For", "203.0.113.9")
                .containsEntry("X-Forwarded-Proto", "http")
                .containsEntry("X-Forwarded-Host", "shop.example:8443");
    }

    @Test
    void what_a_trusted_proxy_says_is_continued() {
        MultiMap headers = headers()
                .add("X-Forwarded-For", "198.51.100.7, 10.1.1.1")
                .add("X-Forwarded-Proto", "https")
                .add("X-Forwarded-Host", "Www.Example");
        Forwarding.Way way = forwarding.read("10.0.0.1", "http", HOST, headers);
        assertThat(way.clientAddress()).isEqualTo("198.51.100.7");
        assertThat(way.trustedPeer()).isTrue();
        assertThat(told(way))
                .containsEntry("Forwarded", "for=198.51.100.7;host=www.example;proto=https, for=10.1.1.1, for=10.0.0.1")
                .containsEntry("X-Forwarded-For", "198.51.100.7, 10.1.1.1, 10.0.0.1")
                .containsEntry("X-Forwarded-Proto", "https")
                .containsEntry("X-Forwarded-Host", "www.example");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "9.9.9.9, 198.51.100.7, 10.1.1.1 | 198.51.100.7",
                "9.9.9.9, unknown, 10.1.1.1 | 10.1.1.1",
                "10.2.2.2, 10.1.1.1 | 10.2.2.2",
                "unknown | 10.0.0.1",
                "'' | 10.0.0.1",
                "198.51.100.7:4711 | 198.51.100.7",
                "[2001:DB8::7]:4711 | 2001:db8::7",
                "2001:db8:0:0::7 | 2001:db8::7",
                "::ffff:198.51.100.7 | 198.51.100.7",
                "010.1.1.1 | 10.0.0.1",
                "198.51.100.7%eth0 | 10.0.0.1",
            })
    void the_client_is_the_first_address_from_here_that_is_no_proxy(String chain, String client) {
        MultiMap headers = headers().add("X-Forwarded-For", chain);
        assertThat(forwarding.read("10.0.0.1", "http", HOST, headers).clientAddress())
                .isEqualTo(client);
    }

    @Test
    void a_chain_may_stand_in_several_fields() {
        MultiMap headers = headers().add("X-Forwarded-For", "198.51.100.7").add("X-Forwarded-For", "10.1.1.1");
        assertThat(forwarding.read("10.0.0.1", "http", HOST, headers).clientAddress())
                .isEqualTo("198.51.100.7");
    }

    @Test
    void the_standard_header_is_read_where_the_old_one_is_not_sent() {
        MultiMap headers =
                headers().add("Forwarded", "for=\"[2001:db8::7]:80\";proto=https;Host=\"a.example:1\", For=10.1.1.1");
        Forwarding.Way way = forwarding.read("2001:db8:1::1", "http", HOST, headers);
        assertThat(way.clientAddress()).isEqualTo("2001:db8::7");
        assertThat(told(way))
                .containsEntry(
                        "Forwarded",
                        "for=\"[2001:db8::7]\";host=\"a.example:1\";proto=https, for=10.1.1.1, for=\"[2001:db8:1::1]\"")
                .containsEntry("X-Forwarded-For", "2001:db8::7, 10.1.1.1, 2001:db8:1::1");
    }

    @Test
    void a_chain_is_bounded_at_the_clients_end() {
        MultiMap headers = headers().add("X-Forwarded-For", "198.51.100.7," + "10.1.1.1,".repeat(40) + "10.1.1.2");
        Forwarding.Way way = forwarding.read("10.0.0.1", "http", HOST, headers);
        assertThat(way.chain()).hasSize(33);
    }

    @Test
    void the_client_ip_header_of_a_trusted_proxy_is_believed_if_it_is_one_address() {
        Forwarding named = new Forwarding(PROXIES, "cf-connecting-ip");
        MultiMap one = headers().add("CF-Connecting-IP", "198.51.100.7").add("X-Forwarded-For", "9.9.9.9");
        assertThat(named.read("10.0.0.1", "http", HOST, one).clientAddress()).isEqualTo("198.51.100.7");
        assertThat(named.read("203.0.113.9", "http", HOST, one).clientAddress()).isEqualTo("203.0.113.9");
        MultiMap two = headers().add("CF-Connecting-IP", "198.51.100.7").add("CF-Connecting-IP", "9.9.9.9");
        assertThat(named.read("10.0.0.1", "http", HOST, two).clientAddress()).isEqualTo("10.0.0.1");
        MultiMap none = headers().add("CF-Connecting-IP", "localhost");
        assertThat(named.read("10.0.0.1", "http", HOST, none).clientAddress()).isEqualTo("10.0.0.1");
    }

    @Test
    void nonsense_of_a_trusted_proxy_does_not_go_on() {
        MultiMap headers = headers().add("X-Forwarded-Proto", "javascript").add("X-Forwarded-Host", "a b\"<");
        Forwarding.Way way = forwarding.read("10.0.0.1", "http", HOST, headers);
        assertThat(way.scheme()).isEqualTo("http");
        assertThat(way.host()).isEqualTo("shop.example:8443");
    }

    @Test
    void a_peer_without_an_address_is_unknown_and_not_trusted() {
        Forwarding.Way way = forwarding.read(null, "http", HOST, headers());
        assertThat(way.clientAddress()).isEqualTo("unknown");
        assertThat(way.trustedPeer()).isFalse();
    }

    private static Map<String, String> told(Forwarding.Way way) {
        MultiMap headers = headers();
        way.tell(headers);
        Map<String, String> told = new HashMap<>();
        headers.forEach(told::put);
        return told;
    }

    private static MultiMap headers() {
        return MultiMap.caseInsensitiveMultiMap();
    }
}
