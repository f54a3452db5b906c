package dev.tiergate.routes;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tiergate.plugin.Targets;
import io.vertx.core.net.SocketAddress;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Where plugins may send requests: where the gateway itself may. */
class TargetsTest {

    private final Targets targets =
            new TargetRule(List.of(new Cidr("10.1.0.0/16")), List.of()).reserving((address, port) -> port == 6379);

    @ParameterizedTest
    @ValueSource(strings = {"http://rules.example.com/check?x=1", "HTTPS://10.2.0.1:8443", "http://[2001:db8::1]/"})
    void plugins_may_speak_to_any_other_place(String url) {
        assertThat(targets.objection(URI.create(url))).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"http://10.1.2.3/", "http://metadata:8080/", "http://[::ffff:10.1.2.3]/"})
    void a_url_that_must_not_be_named_has_an_objection(String url) {
        assertThat(targets.objection(URI.create(url)).orElseThrow())
                .startsWith("must not be a link-local or metadata address");
    }

    @Test
    void a_connection_is_judged_by_where_the_name_led() {
        assertThat(targets.objection("rules.example.com", connected("10.2.0.1", 80)))
                .isEmpty();
        assertThat(targets.objection("rules.example.com", connected("10.1.0.1", 80)))
                .isPresent();
        assertThat(targets.objection("10.2.0.1", connected("10.2.0.1", 6379))).isPresent();
        assertThat(targets.objection("rules.example.com", null)).contains("no address");
    }

    private static SocketAddress connected(String address, int port) {
        try {
            return SocketAddress.inetSocketAddress(new InetSocketAddress(InetAddress.getByName(address), port));
        } catch (UnknownHostException e) {
            throw new AssertionError(e);
        }
    }
}
