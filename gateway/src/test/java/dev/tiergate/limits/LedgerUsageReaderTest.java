package dev.tiergate.limits;

import static dev.tiergate.limits.Limits.limit;
import static dev.tiergate.limits.Limits.perUser;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tiergate.LogLines;
import dev.tiergate.plugin.Call;
import dev.tiergate.plugin.Limit;
import dev.tiergate.plugin.Limit.Window;
import dev.tiergate.plugin.LimitUsage;
import io.vertx.core.Future;
import java.time.Instant;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class LedgerUsageReaderTest {

    private static final Limit DAILY = limit("daily", Window.DAY, 5);
    private static final Limit MINE = perUser("mine", Window.DAY, 5);
    private static final Instant MIDNIGHT = Instant.parse("2026-03-06T00:00:00Z");

    private final MemoryLedger ledger = new MemoryLedger();
    private final MemoryQuotas quotas = new MemoryQuotas();
    private final LedgerUsageReader usage = new LedgerUsageReader(ledger, quotas.of("bursts"));

    @Test
    void it_is_what_was_charged_and_reading_charges_nothing() {
        var call = FakeCall.of(DAILY);
        ledger.counts.put("daily", 3L);
        assertThat(read(call, "daily")).contains(new LimitUsage(5, 3, MIDNIGHT));
        assertThat(read(call, "daily")).contains(new LimitUsage(5, 3, MIDNIGHT));
    }

    @Test
    void a_total_never_starts_anew_and_need_not_have_a_bound() {
        var call = FakeCall.of(limit("products", Window.TOTAL, Limit.UNLIMITED));
        assertThat(read(call, "products")).contains(new LimitUsage(Limit.UNLIMITED, 0, null));
    }

    @Test
    void a_limit_that_the_store_does_not_have_is_empty() {
        assertThat(read(FakeCall.of(DAILY), "hourly")).isEmpty();
        assertThat(read(FakeCall.of(), "daily")).isEmpty();
    }

    @Test
    void a_limit_of_users_is_the_callers_own_and_empty_without_one() {
        ledger.counts.put("mine:ann", 2L);
        var call = FakeCall.of(MINE);
        assertThat(read(call.by("ann"), "mine")).contains(new LimitUsage(5, 2, MIDNIGHT));
        assertThat(read(call.by("bob"), "mine")).contains(new LimitUsage(5, 0, MIDNIGHT));
        assertThat(read(call, "mine")).isEmpty();
    }

    @Test
    void in_shadow_mode_it_is_what_shadow_mode_charged() {
        ledger.counts.put("daily", 3L);
        ledger.counts.put("s:daily", 1L);
        assertThat(read(FakeCall.of(DAILY).inShadow(), "daily")).contains(new LimitUsage(5, 1, MIDNIGHT));
    }

    @Test
    void a_limit_that_a_plugin_counts_is_read_from_it() {
        quotas.used.put("bursts", 7L);
        assertThat(read(FakeCall.of(), "bursts")).contains(new LimitUsage(9, 7, null));
    }

    @Test
    void in_shadow_mode_a_plugin_is_asked_what_shadow_mode_took() {
        quotas.used.put("bursts", 7L);
        quotas.used.put("s:bursts", 2L);
        assertThat(read(FakeCall.of().inShadow(), "bursts")).contains(new LimitUsage(9, 2, null));
    }

    @Test
    void a_plugin_that_fails_is_no_line_of_the_log_as_its_guard_tells_of_it() {
        quotas.broken = true;
        try (var lines = LogLines.of(Quotas.class.getName())) {
            assertThat(usage.of(FakeCall.of(), "bursts").failed()).isTrue();
            assertThat(lines.messages()).isEmpty();
        }
    }

    @Test
    void it_fails_while_the_counters_are_away() {
        ledger.away = true;
        assertThat(usage.of(FakeCall.of(DAILY), "daily").cause()).isInstanceOf(LedgerUnavailableException.class);
    }

    private Optional<LimitUsage> read(Call call, String code) {
        Future<Optional<LimitUsage>> read = usage.of(call, code);
        assertThat(read.succeeded()).isTrue();
        return read.result();
    }
}
