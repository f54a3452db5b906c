package dev.tiergate.routes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class AllowedTargetsTest {

    private static final String LIST =
            "shop.internal:8080, 10.1.0.0/16, 10.2.0.0/16:8080, 192.0.2.7:443, [2001:db8::/32]:443, 2001:db9::1";

    private final AllowedTargets list = AllowedTargets.parse(LIST);

    @ParameterizedTest
    @CsvSource({
        "shop.internal, 8080, true",
        "Shop.Internal., 8080, true",
        "shop.internal, 8081, true", // a block without a port may hold its address
        "10.1.0.0, 1, true",
        "10.1.255.255, 65535, true",
        "10.0.255.255, 8080, false",
        "10.2.255.255, 8080, true",
        "10.2.0.0, 8081, false",
        "10.3.0.0, 8080, false",
        "192.0.2.7, 443, true",
        "192.0.2.7, 444, false",
        "192.0.2.8, 443, false",
        "[2001:db8:ffff::1], 443, true",
        "[2001:db8::1], 80, false",
        "[2001:db9::1], 80, true",
        "[2001:db9::2], 80, false"
    })
    void a_file_may_name_what_is_listed(String host, int port, boolean may) {
        assertThat(list.mayName(host, port)).isEqualTo(may);
    }

    @ParameterizedTest
    @CsvSource({"shop.internal, 8080, true", "shop.internal, 8081, false", "other.internal, 8080, false"})
    void without_blocks_a_name_is_decided_when_the_file_is_read(String host, int port, boolean may) {
        assertThat(AllowedTargets.parse("shop.internal:8080").mayName(host, port))
                .isEqualTo(may);
    }

    @ParameterizedTest
    @CsvSource({
        "shop.internal, 203.0.113.1, 8080, true",
        "shop.internal, 203.0.113.1, 8081, false",
        "other.internal, 203.0.113.1, 8080, false",
        "other.internal, 10.2.0.1, 8080, true",
        "other.internal, 10.2.0.1, 8081, false",
        "other.internal, ::ffff:10.1.0.1, 9, true"
    })
    void a_connection_is_judged_by_where_it_led(String host, String address, int port, boolean permitted) {
        var connected = Objects.requireNonNull(IpAddress.parse(address));
        assertThat(list.permits(host, connected, port)).isEqualTo(permitted);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "shop",
                "shop:0",
                "shop:65536",
                "shop:http",
                "10.0.0.0/33",
                "10.0.0.1/8",
                "10.0.0.0/8:0",
                "[10.0.0.0/8",
                "[2001:db8::/32]443",
                "http://shop:80",
                "*:80",
                "shop:80,"
            })
    void what_makes_no_sense_is_named(String text) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> AllowedTargets.parse(text))
                .withMessageContaining("neither host:port nor a block");
    }

    @ParameterizedTest
    @ValueSource(strings = {"shop:1", "shop:65535", "10.0.0.0/8:65535"})
    void ports_go_from_1_to_65535(String text) {
        assertThat(AllowedTargets.parse(text).entries()).hasSize(1);
    }

    @Test
    void the_list_opens_no_metadata_address_and_allow_address_opens_what_is_our_own() {
        var metadata = Objects.requireNonNull(IpAddress.parse("169.254.169.254"));
        var redis = Objects.requireNonNull(IpAddress.parse("10.0.0.5"));
        var rule = new TargetRule(List.of())
                .only(AllowedTargets.parse("169.254.0.0/16, 10.0.0.0/8"))
                .reserving((address, port) -> address.equals(redis) && port == 6379);
        assertThat(rule.objection("x", metadata, 80))
                .hasValueSatisfying(why -> assertThat(why).contains("metadata"));
        assertThat(rule.objection("x", redis, 6379))
                .hasValueSatisfying(why -> assertThat(why).contains("own Redis"));
        assertThat(rule.objection("x", redis, 6380)).isEmpty();
        var opened = new TargetRule(List.of(new Cidr("10.0.0.5"))).reserving((address, port) -> true);
        assertThat(opened.objection("x", redis, 6379)).isEmpty();
    }
}
