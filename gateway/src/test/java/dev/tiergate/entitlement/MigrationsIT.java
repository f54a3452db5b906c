package dev.tiergate.entitlement;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** How long an attempt may last that comes to nothing. */
class MigrationsIT {

    private static final Duration BOUND = Duration.ofSeconds(10);

    @Test
    void a_server_that_takes_the_connection_and_says_nothing_is_given_up() throws Exception {
        try (var silent = new ServerSocket(0, 10, InetAddress.getLoopbackAddress())) {
            var began = System.nanoTime();
            assertThatThrownBy(() ->
                            Migrations.run("postgresql://tiergate:secret@127.0.0.1:" + silent.getLocalPort() + "/x"))
                    .isInstanceOf(Migrations.UnreachableException.class)
                    .hasMessageNotContaining("secret");
            assertThat(Duration.ofNanos(System.nanoTime() - began)).isLessThan(BOUND);
        }
    }
}
