package dev.tiergate.limits;

import static dev.tiergate.limits.Decisions.allowed;
import static dev.tiergate.limits.Decisions.refused;
import static dev.tiergate.limits.Limits.limit;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.entry;

import dev.tiergate.plugin.Allow;
import dev.tiergate.plugin.Call;
import dev.tiergate.plugin.Cost;
import dev.tiergate.plugin.Cost.Told;
import dev.tiergate.plugin.Decision;
import dev.tiergate.plugin.Limit.Window;
import dev.tiergate.plugin.Outcome;
import dev.tiergate.plugin.Outcome.Kind;
import dev.tiergate.plugin.Refuse;
import dev.tiergate.routes.GatingConfig.OnLimitsDown;
import dev.tiergate.routes.Route.Charge;
import dev.tiergate.routes.Route.Charge.On;
import dev.tiergate.telemetry.CostReport;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Charges whose cost a plugin tells: of at most 10, and 4 where it tells nothing. */
class ToldCostTest {

    private final MemoryLedger ledger = new MemoryLedger();
    private final MemoryQuotas quotas = new MemoryQuotas();
    private final List<CostReport> reports = new ArrayList<>();
    private final FakeCall call = FakeCall.of(limit("daily", Window.DAY, 10));
    private Told before = Told.LATER;
    private Told after = Told.ABSENT;
    private boolean closed;

    private final class Teller implements Cost, AutoCloseable {

        @Override
        public Told before(Call asked) {
            return before;
        }

        @Override
        public Told after(Call asked, Outcome outcome) {
            return after;
        }

        @Override
        public void close() {
            closed = true;
        }
    }

    private LimitCheck check(Charge... charges) {
        return new LimitCheck(
                LimitCheckTest.route(charges),
                ledger,
                OnLimitsDown.DENY,
                true,
                new LimitWatch(LimitEvents.NONE, 0.8),
                quotas.of("bursts"),
                use -> new Teller(),
                reports::add);
    }

    private Decision ask(Charge... charges) {
        return check(charges).ask(call).result();
    }

    @ParameterizedTest
    @CsvSource({
        "UNITS, 1, 1",
        "UNITS, 9, 9",
        "UNITS, 10, 10",
        "UNITS, 11, 10",
        "UNITS, 9223372036854775807, 10",
        "ABSENT, 0, 4",
        "MALFORMED, 0, 4",
        "LATER, 0, 10",
    })
    void what_is_known_before_is_taken_and_no_more_than_the_most(Told.Kind kind, long units, long taken) {
        before = new Told(kind, units);
        allowed(ask(Prices.by("daily", 10, 4, On.ATTEMPT)));
        assertThat(ledger.counts).containsOnly(entry("daily", taken));
    }

    @Test
    void what_costs_nothing_takes_nothing_and_passes_where_the_limit_is_reached() {
        ledger.counts.put("daily", 10L);
        before = Told.units(0);
        Allow allow = allowed(ask(Prices.by("daily", 10, 4, On.ATTEMPT)));
        assertThat(allow.responseHeaders()).isEmpty();
        before = Told.units(1);
        refused(ask(Prices.by("daily", 10, 4, On.ATTEMPT)));
        assertThat(ledger.counts).containsOnly(entry("daily", 10L));
    }

    @Test
    void the_last_units_fit_and_one_more_does_not() {
        ledger.counts.put("daily", 7L);
        before = Told.units(4);
        Refuse refuse = refused(ask(Prices.by("daily", 10, 4, On.ATTEMPT)));
        assertThat(refuse.members()).containsEntry("limit_type", "daily").containsEntry("remaining", 3L);
        before = Told.units(3);
        allowed(ask(Prices.by("daily", 10, 4, On.ATTEMPT)));
    }

    @ParameterizedTest
    @CsvSource({
        "ANSWERED, 200, UNITS, 3, refund 7 daily, USED",
        "ANSWERED, 200, UNITS, 10, '', USED",
        "ANSWERED, 200, UNITS, 11, '', ABOVE_MAX",
        "ANSWERED, 200, UNITS, 0, refund 10 daily, USED",
        "ANSWERED, 200, ABSENT, 0, refund 6 daily, ABSENT",
        "ANSWERED, 200, LATER, 0, refund 6 daily, ABSENT",
        "ANSWERED, 200, MALFORMED, 0, refund 6 daily, MALFORMED",
        "ANSWERED, 404, UNITS, 3, refund 7 daily, USED",
        "ANSWERED, 500, UNITS, 3, refund 10 daily, ''",
        "NOT_SENT, 0, UNITS, 3, refund 10 daily, ''",
        "CLIENT_GONE, 0, UNITS, 3, '', ''",
    })
    void what_is_known_later_settles_the_most_that_was_taken(
            Kind kind, int status, Told.Kind told, long units, String refund, String report) {
        after = new Told(told, units);
        Allow allow = allowed(ask(Prices.by("daily", 10, 4, On.ATTEMPT)));

        allow.settlement().answered(new Outcome(kind, status));

        assertThat(ledger.told).isEqualTo(refund.isEmpty() ? List.of() : List.of(refund));
        assertThat(reports).isEqualTo(report.isEmpty() ? List.of() : List.of(CostReport.valueOf(report)));
    }

    @Test
    void what_was_known_before_is_not_asked_for_again() {
        before = Told.units(5);
        after = Told.units(1);
        allowed(ask(Prices.by("daily", 10, 4, On.ATTEMPT))).settlement().answered(Outcome.answered(200));
        assertThat(ledger.told).isEmpty();
        assertThat(reports).isEmpty();
    }

    @Test
    void a_limit_that_a_plugin_counts_is_charged_the_same_way() {
        after = Told.units(2);
        allowed(ask(Prices.by("bursts", 6, 4, On.ATTEMPT))).settlement().answered(Outcome.answered(200));
        assertThat(quotas.told).containsExactly("back 4 bursts");
        before = Told.units(0);
        allowed(ask(Prices.by("bursts", 6, 4, On.ATTEMPT)));
        assertThat(quotas.used).containsOnly(entry("bursts", 2L));
    }

    @Test
    void what_a_plugin_holds_is_closed_with_the_check() throws Exception {
        check(Prices.by("daily", 10, 4, On.ATTEMPT)).close();
        assertThat(closed).isTrue();
    }
}
