package dev.tiergate.limits;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tiergate.fixtures.Redis;
import io.vertx.redis.client.Command;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What becomes of a counter in a Redis that came back, with all of it, some or none. */
class FillScriptIT {

    private static final String LIFE = "b2";
    private static final String COPIED = "4";
    private static final String NEXT = "7";

    private final String tag = "{" + Limits.store().externalId() + "}";
    private final String epoch = "tg:" + tag + ":epoch";
    private final String counter = "tg:" + tag + ":orders:1";

    /**
     * @param there what is charged already; 0 for no counter
     * @param begun the store's epoch, and the life in which its counters were seen to be whole; empty for none
     * @param copied in epoch 4
     * @param after the same when it is filled
     */
    @ParameterizedTest(name = "{0} of version {1}, copied {2} of version {3}, begun {4}")
    @CsvSource({
        "0, 0, 5, 2, '',   5, 2, 7 b2",
        "0, 0, 5, 2, 6 b2, 5, 2, 6 b2",
        "0, 0, 5, 2, 6 a1, 5, 2, 7 b2",
        "9, 4, 5, 2, '',   9, 4, 7 b2",
        "9, 4, 5, 2, 6,    9, 4, 7 b2",
        "9, 4, 5, 2, 6 a1, 9, 4, 6 b2",
        "3, 1, 8, 8, '',   8, 8, 7 b2",
        "3, 1, 8, 8, 6 a1, 8, 8, 7 b2",
        "3, 3, 5, 1, '',   5, 3, 7 b2",
        "3, 3, 5, 1, 6 a1, 3, 3, 6 b2",
        "9, 4, 5, 2, 3 a1, 9, 4, 7 b2",
        "3, 3, 5, 1, 3 a1, 5, 3, 7 b2",
        "9, 4, 5, 2, 3 b2, 9, 4, 3 b2",
        "9, 2, 8, 8, '',   9, 8, 7 b2",
        "9, 2, 8, 8, 6 a1, 9, 8, 7 b2",
        "3, 1, 8, 8, 6 b2, 3, 1, 6 b2"
    })
    void a_counter_is_what_is_more(
            long there,
            long thereVersion,
            long copied,
            long copiedVersion,
            String begun,
            long charged,
            long version,
            String after)
            throws Exception {
        try (var probe = new RedisProbe(Redis.shared().operatorUri())) {
            if (there > 0) {
                probe.ask(Command.HSET, counter, "c", "" + there, "v", "" + thereVersion, "h", "2", "h:n0", "2");
            }
            if (!begun.isEmpty()) {
                probe.ask(Command.SET, epoch, begun);
            }

            fill(probe, copied, copiedVersion);

            assertThat(probe.charged(counter)).isEqualTo(charged);
            assertThat(probe.ask(Command.HGET, counter, "v").toLong()).isEqualTo(version);
            assertThat(probe.ask(Command.GET, epoch)).hasToString(after);
            boolean kept = charged == there && version == thereVersion;
            assertThat(probe.ask(Command.HGET, counter, "h") != null).isEqualTo(kept);
        }
    }

    private void fill(RedisProbe probe, long copied, long version) throws Exception {
        try (var script = LedgerScript.class.getResourceAsStream("/lua/ledger.lua")) {
            var text = new String(script.readAllBytes(), StandardCharsets.UTF_8);
            long end = probe.millis() + 60_000;
            probe.ask(
                    Command.EVAL,
                    text,
                    "2",
                    epoch,
                    counter,
                    "fill",
                    "0",
                    LIFE,
                    NEXT,
                    "w",
                    "" + copied,
                    "" + version,
                    "1",
                    "" + end,
                    COPIED);
        }
    }
}
