package dev.tiergate.limits;

import static dev.tiergate.limits.Decisions.allowed;
import static dev.tiergate.limits.Limits.limit;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.entry;

import dev.tiergate.plugin.Allow;
import dev.tiergate.plugin.Limit.Window;
import dev.tiergate.plugin.Outcome;
import dev.tiergate.plugin.Outcome.Kind;
import dev.tiergate.plugin.Settlement;
import dev.tiergate.routes.GatingConfig.OnLimitsDown;
import dev.tiergate.routes.Route.Charge;
import dev.tiergate.routes.Route.Charge.On;
import dev.tiergate.telemetry.CostReport;
import io.vertx.core.MultiMap;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Each twice: charged where the counters are, and from what the node holds of them. */
@ParameterizedClass
@ValueSource(booleans = {false, true})
class LimitSettlementTest {

    private final MemoryLedger ledger = new MemoryLedger();
    private final List<CostReport> reports = new ArrayList<>();

    LimitSettlementTest(boolean holding) {
        ledger.holding = holding;
    }

    @ParameterizedTest(name = "{0} {1}: refunded {2}")
    @CsvSource({
        "NOT_SENT, 0, attempt success",
        "BROKEN_OFF, 0, attempt success",
        "TIMED_OUT, 0, attempt success",
        "CLIENT_GONE, 0, ''",
        "ANSWERED, 101, ''",
        "ANSWERED, 200, ''",
        "ANSWERED, 399, ''",
        "ANSWERED, 400, success",
        "ANSWERED, 499, success",
        "ANSWERED, 500, attempt success",
        "ANSWERED, 504, attempt success",
        "ANSWERED, 599, attempt success",
    })
    void the_head_of_the_response_settles_the_charge(Kind kind, int status, String refunded) {
        var call = FakeCall.of(limit("attempt", Window.DAY, 9), limit("success", Window.TOTAL, 9));
        Settlement settlement = charged(call, take("attempt", 1, On.ATTEMPT), take("success", 1, On.SUCCESS))
                .settlement();

        settlement.answered(new Outcome(kind, status));

        List<String> expected = Arrays.stream(refunded.split(" "))
                .filter(code -> !code.isEmpty())
                .map(code -> "refund 1 " + code)
                .toList();
        assertThat(ledger.told).isEqualTo(expected);
        settlement.ended();
        assertThat(ledger.told).last().isEqualTo("release");
    }

    @ParameterizedTest
    @CsvSource(
            nullValues = "absent",
            value = {
                "ANSWERED, 200, 3, refund 7 daily, USED",
                "ANSWERED, 200, 10, '', USED",
                "ANSWERED, 200, 11, '', ABOVE_MAX",
                "ANSWERED, 200, 0, refund 10 daily, USED",
                "ANSWERED, 200, absent, refund 6 daily, ABSENT",
                "ANSWERED, 200, -3, refund 6 daily, MALFORMED",
                "ANSWERED, 404, 3, refund 7 daily, USED",
                "ANSWERED, 500, 3, refund 10 daily, ''",
                "NOT_SENT, 0, absent, refund 10 daily, ''",
                "CLIENT_GONE, 0, absent, '', ''",
            })
    void a_reported_cost_settles_what_was_taken_before(
            Kind kind, int status, @Nullable String header, String told, String report) {
        var call = FakeCall.of(limit("daily", Window.DAY, 10));
        var charge = new Charge("daily", 10, On.ATTEMPT, new Charge.Report("X-Cost", 4));
        Allow allow = charged(call, charge);
        assertThat(ledger.counts).containsOnly(entry("daily", 10L));
        assertThat(allow.responseHeaders()).containsEntry("RateLimit", "\"daily\";r=0;t=49200");

        allow.settlement().answered(new Outcome(kind, status, headers(header)));

        assertThat(ledger.told).isEqualTo(told.isEmpty() ? List.of() : List.of(told));
        assertThat(reports).isEqualTo(report.isEmpty() ? List.of() : List.of(CostReport.valueOf(report)));
    }

    @Test
    void on_success_a_client_error_gives_back_all_of_a_reported_cost() {
        var call = FakeCall.of(limit("daily", Window.DAY, 10));
        var charge = new Charge("daily", 10, On.SUCCESS, new Charge.Report("X-Cost", 4));

        charged(call, charge).settlement().answered(Outcome.answered(400, headers("3")));

        assertThat(ledger.told).containsExactly("refund 10 daily");
        assertThat(reports).isEmpty();
    }

    @Test
    void the_fields_of_the_answer_tell_what_is_left_after_the_report() {
        var call = FakeCall.of(limit("daily", Window.DAY, 10), limit("hourly", Window.HOUR, 9));
        var daily = new Charge("daily", 10, On.ATTEMPT, new Charge.Report("X-Cost", 4));
        var hourly = take("hourly", 2, On.ATTEMPT);

        Settlement settlement = charged(call, daily, hourly).settlement();
        assertThat(settlement.responseHeaders()).isEmpty();
        settlement.answered(Outcome.answered(200, headers("3")));

        assertThat(settlement.responseHeaders())
                .containsEntry("RateLimit", "\"daily\";r=7;t=49200, \"hourly\";r=7;t=2400");
        Settlement quiet = charged(call.inShadow(), daily, hourly).settlement();
        quiet.answered(Outcome.answered(200, headers("3")));
        assertThat(quiet.responseHeaders()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({"200, 7, 8", "404, 7, 9", "500, 9, 9"})
    void the_fields_of_the_answer_tell_what_is_left_where_units_came_back(int status, long attempt, long success) {
        var call = FakeCall.of(limit("attempt", Window.TOTAL, 9), limit("success", Window.TOTAL, 9));
        Allow allow = charged(call, take("attempt", 2, On.ATTEMPT), take("success", 1, On.SUCCESS));
        Map<String, String> told = new HashMap<>(allow.responseHeaders());

        allow.settlement().answered(Outcome.answered(status, headers(null)));
        told.putAll(allow.settlement().responseHeaders());

        assertThat(told).containsEntry("RateLimit", "\"attempt\";r=" + attempt + ", \"success\";r=" + success);
    }

    private static MultiMap headers(@Nullable String cost) {
        var headers = MultiMap.caseInsensitiveMultiMap();
        return cost == null ? headers : headers.add("x-cost", cost);
    }

    @ParameterizedTest
    @CsvSource({
        "ANSWERED, 204, true", "ANSWERED, 399, true", "ANSWERED, 400, false", "ANSWERED, 500, false",
        "NOT_SENT, 0, false", "BROKEN_OFF, 0, false", "TIMED_OUT, 0, false", "CLIENT_GONE, 0, false",
    })
    void a_negative_cost_is_applied_after_a_success_and_never_before(Kind kind, int status, boolean applied) {
        var call = FakeCall.of(limit("products", Window.TOTAL, 9));
        ledger.counts.put("products", 99L);
        Allow allow = charged(call, take("products", -2, On.SUCCESS));
        assertThat(allow.responseHeaders()).isEmpty();
        assertThat(ledger.told).isEmpty();

        allow.settlement().answered(new Outcome(kind, status));

        assertThat(ledger.told).isEqualTo(applied ? List.of("give back 2 products") : List.of());
        assertThat(ledger.counts).containsOnly(entry("products", 99L));
    }

    private Allow charged(FakeCall call, Charge... charges) {
        var check = new LimitCheck(
                LimitCheckTest.route(charges),
                ledger,
                OnLimitsDown.ALLOW,
                true,
                new LimitWatch(LimitEvents.NONE, 0.8),
                Quotas.NONE,
                Prices.NONE,
                reports::add);
        return allowed(check.ask(call).result());
    }

    private static Charge take(String limit, long cost, On on) {
        return new Charge(limit, cost, on);
    }
}
