package dev.tiergate.limits;

import static dev.tiergate.limits.Limits.limit;
import static dev.tiergate.limits.Limits.one;
import static dev.tiergate.limits.Limits.subject;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tiergate.fixtures.Redis;
import dev.tiergate.plugin.Limit.Window;
import dev.tiergate.plugin.StoreRef;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** In which window the ledger counts, on a real Redis: its clock and the store's zone say, the node's clock does not. */
class LedgerWindowsIT extends LedgerScene {

    @Test
    void at_the_windows_end_counting_starts_anew_and_refunds_come_too_late() {
        // a zone whose hour ends in about a second
        long seconds = probe.millis() / 1_000 + 2;
        StoreRef store = Limits.store(ZoneOffset.ofTotalSeconds((int) (3_600 - seconds % 3_600) % 3_600));
        var subject = subject(store, null);
        var hourly = limit("hourly", Window.HOUR, 2);
        var first = node.charged(one(subject, hourly));
        WindowSpan span = first.numbers().get(0).span();
        assertThat(span.end()).isEqualTo(Instant.ofEpochSecond(seconds));
        node.charged(one(subject, hourly));
        assertThat(node.admits(one(subject, hourly))).isFalse();

        LedgerNode.until(() -> node.admits(one(subject, hourly)));
        node.run(() -> first.receipt().refund(line -> true));
        var next = node.charged(one(subject, hourly));

        assertThat(probe.millis()).isGreaterThanOrEqualTo(span.end().toEpochMilli());
        assertThat(next.numbers().get(0).current()).isEqualTo(2);
        assertThat(next.numbers().get(0).span().start()).isEqualTo(span.end());
        assertThat(probe.dump(subject)).hasSize(2);
        assertThat(probe.charged(
                        "tg:{" + store.externalId() + "}:hourly:" + span.start().getEpochSecond()))
                .isEqualTo(2);
    }

    @Test
    void a_changed_zone_starts_its_window_at_once() {
        StoreRef before = Limits.store(ZoneOffset.UTC);
        var after = new StoreRef(
                before.externalId(), "code", "Name", "orion", ZoneOffset.ofHoursMinutes(5, 45), Limits.ANCHOR);
        var daily = limit("daily", Window.DAY, 1);

        assertThat(node.admits(one(subject(before, null), daily))).isTrue();
        assertThat(node.admits(one(subject(before, null), daily))).isFalse();
        assertThat(node.admits(one(subject(after, null), daily))).isTrue();
    }

    @ParameterizedTest
    @ValueSource(longs = {-120, 120, -86_400, 86_400})
    void a_clock_that_is_off_does_not_move_the_window(long secondsOff) {
        var settings = LedgerNode.PATIENT.withClocks(() -> Instant.now().plusSeconds(secondsOff), System::nanoTime);
        try (var other = LedgerNode.open(Redis.shared().uri(), settings)) {
            var subject = subject();
            var hourly = limit("hourly", Window.HOUR, 2);
            node.charged(one(subject, hourly));
            other.charged(one(subject, hourly));

            assertThat(node.admits(one(subject, hourly))).isFalse();
            assertThat(other.admits(one(subject, hourly))).isFalse();
            assertThat(probe.dump(subject)).hasSize(1);
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {-86_400, -600, -120, 120, 600, 86_400})
    void a_clock_that_jumps_while_it_runs_costs_one_more_question(long secondsOff) {
        var jump = new AtomicLong();
        var settings =
                LedgerNode.PATIENT.withClocks(Instant::now, () -> System.nanoTime() + jump.get() * 1_000_000_000L);
        try (var other = LedgerNode.open(Redis.shared().uri(), settings)) {
            var subject = subject();
            var hourly = limit("hourly", Window.HOUR, 3);
            node.charged(one(subject, hourly));
            other.charged(one(subject, hourly));
            jump.set(secondsOff);

            assertThat(other.charged(one(subject, hourly)).numbers().get(0).current())
                    .isEqualTo(3);
            assertThat(other.admits(one(subject, hourly))).isFalse();
            assertThat(node.current(subject, hourly)).isEqualTo(3);
            assertThat(probe.dump(subject)).hasSize(1);
        }
    }
}
