package dev.tiergate.edge;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

/** What Vert.x leaves open or small by default is not left so. */
class ListenerConfigTest {

    private static final ListenerConfig LISTENER =
            new ListenerConfig("127.0.0.1", 0, null, Duration.ofSeconds(75), Duration.ofSeconds(90));

    @Test
    void a_silent_connection_ends() {
        var options = LISTENER.toOptions();
        assertThat(options.getIdleTimeoutUnit().toSeconds(options.getIdleTimeout()))
                .isEqualTo(90);
    }

    @Test
    void bodies_pass_in_large_pieces() {
        assertThat(LISTENER.toOptions().getMaxChunkSize()).isEqualTo(64 << 10);
    }

    @Test
    void nobody_is_told_to_go_on_before_the_decision() {
        assertThat(LISTENER.toOptions().isHandle100ContinueAutomatically()).isFalse();
    }
}
