package dev.tiergate.limits;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.time.Duration;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** The life of a slot stands in the script, what is made of it in {@link SlotKeeper}: both have to agree. */
class SlotLifeTest {

    private static final Pattern LIFE = Pattern.compile("local SLOT_MS = (\\d+)");

    @Test
    void a_holder_is_cut_off_before_another_may_have_its_slot() throws Exception {
        var lost = Duration.ofNanos(SlotKeeper.LOST_NANOS);
        assertThat(lost.multipliedBy(3)).isEqualTo(life().multipliedBy(2));
        assertThat(Duration.ofMillis(SlotKeeper.RENEW_WITHIN_MILLIS)).isEqualTo(life().minus(lost));
    }

    @Test
    void one_renewal_may_be_lost() throws Exception {
        var second = Duration.ofNanos(SlotKeeper.RENEW_NANOS + 2 * SlotKeeper.RETRY_NANOS);
        assertThat(second).isLessThan(Duration.ofNanos(SlotKeeper.LOST_NANOS));
    }

    private static Duration life() throws IOException {
        try (var script = SlotLifeTest.class.getResourceAsStream("/lua/ledger.lua")) {
            var life = LIFE.matcher(new String(script.readAllBytes(), UTF_8));
            assertThat(life.find()).isTrue();
            return Duration.ofMillis(Long.parseLong(life.group(1)));
        }
    }
}
