package dev.tiergate.limits;

import static dev.tiergate.limits.Decisions.allowed;
import static dev.tiergate.limits.Decisions.refused;
import static dev.tiergate.limits.Limits.limit;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.entry;

import dev.tiergate.plugin.Decision;
import dev.tiergate.plugin.Limit.Window;
import dev.tiergate.plugin.Outcome;
import dev.tiergate.plugin.Outcome.Kind;
import dev.tiergate.plugin.Reason;
import dev.tiergate.plugin.Refuse;
import dev.tiergate.routes.GatingConfig.OnLimitsDown;
import dev.tiergate.routes.Route.Charge;
import dev.tiergate.routes.Route.Charge.On;
import io.vertx.core.MultiMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Limits that plugins count, charged beside those that the ledger does. */
class QuotaChargeTest {

    private final MemoryLedger ledger = new MemoryLedger();
    private final MemoryQuotas quotas = new MemoryQuotas();
    private final Map<String, Long> used = quotas.used;
    private final List<String> told = quotas.told;

    @Test
    void its_units_are_taken_and_the_ledger_is_not_asked_for_them() {
        allowed(ask(take("a", 4), take("b", 5)));

        assertThat(used).containsOnly(entry("a", 4L), entry("b", 5L));
        assertThat(ledger.counts).isEmpty();
    }

    @Test
    void the_last_unit_is_taken_and_the_next_is_refused_as_every_limit_is() {
        allowed(ask(take("a", 9)));

        Refuse refuse = refused(ask(take("a", 1)));

        assertThat(refuse.reason()).isEqualTo(Reason.LIMIT_REACHED);
        assertThat(refuse.detail()).isEqualTo("Limit 'a' of 9 is reached");
        assertThat(refuse.feature().code()).isEqualTo("basic");
        assertThat(refuse.members())
                .containsExactly(
                        entry("limit_type", "a"),
                        entry("limit", 9L),
                        entry("current", 9L),
                        entry("remaining", 0L),
                        entry("window", "counted"),
                        entry("resets_at", "2026-03-05T10:20:07.001Z"));
        assertThat(refuse.headers())
                .containsOnly(
                        entry("RateLimit-Policy", "\"a\";q=9"),
                        entry("RateLimit", "\"a\";r=0"),
                        entry("Retry-After", "8"));
        assertThat(told).isEmpty();
    }

    @Test
    void a_cost_that_never_fits_is_not_told_to_wait() {
        Refuse refuse = refused(ask(take("a", 10)));

        assertThat(refuse.detail()).isEqualTo("Limit 'a' of 9 cannot hold the 10 that this request needs");
        assertThat(refuse.members()).containsEntry("resets_at", null);
        assertThat(refuse.headers()).doesNotContainKey("Retry-After");
    }

    @Test
    void all_are_taken_or_none() {
        allowed(ask(take("b", 9)));

        refused(ask(take("a", 4), take("b", 1)));
        assertThat(used).containsOnly(entry("a", 0L), entry("b", 9L));
        assertThat(told).containsExactly("back 4 a");
    }

    @Test
    void what_was_taken_comes_back_where_the_ledger_refuses() {
        refused(ask(take("a", 4), take("none", 1)));

        assertThat(used).containsOnly(entry("a", 0L));
        assertThat(ledger.counts).isEmpty();
    }

    @Test
    void a_refusal_costs_the_ledger_nothing() {
        refused(ask(take("daily", 1), take("a", 10)));

        assertThat(ledger.counts).isEmpty();
    }

    @Test
    void a_plugin_that_breaks_or_throws_is_a_fault_and_others_get_back_what_they_gave() {
        quotas.broken = true;
        assertThat(check(take("a", 1)).ask(call()).failed()).isTrue();
        quotas.thrown = true;
        assertThat(check(take("a", 1)).ask(call()).failed()).isTrue();
        assertThat(used).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            nullValues = "absent",
            value = {
                "ANSWERED, 200, 3, back 3 a, back 2 b",
                "ANSWERED, 200, absent, back 2 a, back 2 b",
                "ANSWERED, 404, 3, back 3 a, back 5 b",
                "ANSWERED, 500, 3, back 6 a, back 5 b",
                "NOT_SENT, 0, absent, back 6 a, back 5 b",
                "CLIENT_GONE, 0, absent, '', ''",
            })
    void it_is_settled_as_every_charge_is(
            Kind kind, int status, @Nullable String cost, String backOfA, String backOfB) {
        var settlement = allowed(ask(
                        new Charge("a", 6, On.ATTEMPT, new Charge.Report("X-Cost", 4)),
                        new Charge("b", 5, On.SUCCESS, new Charge.Report("X-Cost", 3))))
                .settlement();
        var headers = MultiMap.caseInsensitiveMultiMap();
        if (cost != null) {
            headers.add("X-Cost", cost);
        }

        settlement.answered(new Outcome(kind, status, headers));
        settlement.answered(new Outcome(kind, status, headers));

        assertThat(told).containsExactlyInAnyOrderElementsOf(backOfA.isEmpty() ? List.of() : List.of(backOfA, backOfB));
    }

    @Test
    void usage_has_all_of_them_by_code() {
        allowed(ask(take("b", 2)));

        var read = quotas.of("a", "b")
                .read(call(), call().caller(), false, call().now())
                .result();

        assertThat(read).extracting(QuotaUsage::code).containsExactly("a", "b");
        assertThat(read).extracting(each -> each.usage().remaining()).containsExactly(9L, 7L);
    }

    private static Charge take(String code, long cost) {
        return new Charge(code, cost, On.ATTEMPT);
    }

    private static FakeCall call() {
        return FakeCall.of(limit("daily", Window.DAY, 9), limit("none", Window.DAY, 0));
    }

    private LimitCheck check(Charge... charges) {
        return new LimitCheck(
                LimitCheckTest.route(charges),
                ledger,
                OnLimitsDown.ALLOW,
                true,
                new LimitWatch(LimitEvents.NONE, 0.8),
                quotas.of("a", "b"),
                Prices.NONE,
                report -> {});
    }

    private Decision ask(Charge... charges) {
        return check(charges).ask(call()).result();
    }
}
