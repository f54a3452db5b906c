package dev.tiergate.routes;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TargetRuleTest {

    private final TargetRule rule = new TargetRule(List.of());

    @ParameterizedTest
    @ValueSource(
            strings = {
                "169.254.0.0",
                "169.254.255.255",
                "fe80::1",
                "[febf::1]",
                "::ffff:169.254.169.254",
                "64:ff9b::169.254.169.254",
                "fd00:ec2::254",
                "100.100.100.200",
                "Metadata.Google.Internal",
                "metadata.google.internal."
            })
    void link_local_and_metadata_addresses_are_refused(String host) {
        assertThat(rule.refuses(host)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"169.253.255.255", "169.255.0.0", "fec0::1", "127.0.0.1", "10.0.0.1", "64:ff9b::10.0.0.1", "shop"
            })
    void all_others_pass(String host) {
        assertThat(rule.refuses(host)).isFalse();
    }

    @Test
    void what_is_allowed_passes_and_its_neighbour_does_not() {
        TargetRule open = new TargetRule(List.of(new Cidr("169.254.1.0/24"), new Cidr("fe80::/10")));
        assertThat(open.refuses("169.254.1.255")).isFalse();
        assertThat(open.refuses("169.254.2.0")).isTrue();
        assertThat(open.refuses("[fe80::1]")).isFalse();
    }
}
