package dev.tiergate.plugins;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tiergate.routes.Cidr;
import dev.tiergate.routes.TargetRule;
import io.vertx.core.net.SocketAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.util.List;
import org.junit.jupiter.api.Test;

class PluginTargetsTest {

    private static final String ADDRESS = "169.254.1.2";
    private static final URI URL = URI.create("http://169.254.1.2/");

    private final PluginTargets targets = new PluginTargets((address, port) -> port == 6379);

    @Test
    void the_rule_in_force_holds_for_what_was_made_before_it() {
        assertThat(targets.objection(URL)).isPresent();
        assertThat(targets.objection("rules.example.com", connected(ADDRESS, 80)))
                .isPresent();
        targets.follow(new TargetRule(List.of(new Cidr("169.254.1.0/24"))));
        assertThat(targets.objection(URL)).isEmpty();
        assertThat(targets.objection("rules.example.com", connected(ADDRESS, 80)))
                .isEmpty();
    }

    @Test
    void the_gateways_own_places_stay_out_of_reach() {
        assertThat(targets.objection("rules.example.com", connected("10.2.0.1", 6379)))
                .isPresent();
        targets.follow(new TargetRule(List.of()));
        assertThat(targets.objection("rules.example.com", connected("10.2.0.1", 6379)))
                .isPresent();
        assertThat(targets.objection("rules.example.com", connected("10.2.0.1", 6380)))
                .isEmpty();
    }

    private static SocketAddress connected(String address, int port) {
        return SocketAddress.inetSocketAddress(new InetSocketAddress(address, port));
    }
}
