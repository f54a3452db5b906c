package dev.tiergate.identity;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AddressRuleTest {

    private static InetAddress address(String literal) {
        return Addresses.literal(literal).orElseThrow();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "169.254.169.254",
                "169.254.0.0",
                "169.254.255.255",
                "fe80::1",
                "febf::1",
                "::ffff:169.254.169.254",
                "64:ff9b::a9fe:a9fe",
                "fd00:ec2::254",
                "100.100.100.200",
                "168.63.129.16",
                "192.0.0.192",
                "0.0.0.0",
                "::",
                "224.0.0.1",
                "ff02::1"
            })
    void link_local_and_metadata_addresses_are_refused(String literal) {
        InetAddress address = address(literal);
        assertThat(new AddressRule(any -> false).test(address)).isFalse();
        assertThat(new AddressRule(address::equals).test(address)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "127.0.0.1",
                "::1",
                "10.0.0.1",
                "192.168.1.1",
                "169.253.255.255",
                "169.255.0.0",
                "8.8.8.8",
                "fec0::1",
                "2001:db8::1",
                "64:ff9b::808:808"
            })
    void others_are_not(String literal) {
        assertThat(new AddressRule(any -> false).test(address(literal))).isTrue();
    }

    @Test
    void a_name_is_no_address() {
        assertThat(Addresses.literal("id.example.com")).isEmpty();
        assertThat(Addresses.literal("2852039166")).isEmpty();
    }
}
