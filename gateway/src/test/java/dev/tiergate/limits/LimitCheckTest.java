package dev.tiergate.limits;

import static dev.tiergate.limits.Decisions.allowed;
import static dev.tiergate.limits.Decisions.refused;
import static dev.tiergate.limits.Limits.limit;
import static dev.tiergate.limits.Limits.perUser;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.entry;

import dev.tiergate.plugin.Allow;
import dev.tiergate.plugin.Decision;
import dev.tiergate.plugin.Limit;
import dev.tiergate.plugin.Limit.Window;
import dev.tiergate.plugin.Need;
import dev.tiergate.plugin.Outcome;
import dev.tiergate.plugin.Reason;
import dev.tiergate.plugin.Refuse;
import dev.tiergate.plugin.TierRef;
import dev.tiergate.routes.GatingConfig.Denials;
import dev.tiergate.routes.GatingConfig.OnLimitsDown;
import dev.tiergate.routes.PathPattern;
import dev.tiergate.routes.Rollout;
import dev.tiergate.routes.Route;
import dev.tiergate.routes.Route.Charge;
import dev.tiergate.routes.Route.Charge.On;
import dev.tiergate.telemetry.CostReport;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Each twice: charged where the counters are, and from what the node holds of them. */
@ParameterizedClass
@ValueSource(booleans = {false, true})
class LimitCheckTest {

    private final MemoryLedger ledger = new MemoryLedger();
    private final List<CostReport> reports = new ArrayList<>();
    private final LimitWatch watch = new LimitWatch(LimitEvents.NONE, 0.8);

    LimitCheckTest(boolean holding) {
        ledger.holding = holding;
    }

    @Test
    void without_a_charge_the_features_windowed_limits_are_charged_one() {
        var call = FakeCall.of(
                limit("daily", Window.DAY, 9),
                limit("monthly", Window.MONTH, Limit.UNLIMITED),
                limit("products", Window.TOTAL, 9),
                limit("parallel", Window.CONCURRENT, 9),
                limit("balance", Window.CREDITS, 9),
                new Limit("other", "other", "other", Window.DAY, Limit.Scope.STORE, 9));

        ask(check(), call);

        assertThat(ledger.counts).containsOnly(entry("daily", 1L), entry("monthly", 1L));
    }

    @Test
    void a_charge_names_what_is_charged_and_nothing_else() {
        var call = FakeCall.of(
                limit("daily", Window.DAY, 9),
                limit("products", Window.TOTAL, 9),
                limit("parallel", Window.CONCURRENT, 9));

        ask(
                check(take("products", 2, On.SUCCESS), take("parallel", 1, On.ATTEMPT), take("unknown", 1, On.ATTEMPT)),
                call);

        assertThat(ledger.counts).containsOnly(entry("products", 2L), entry("parallel", 1L));
    }

    @Test
    void a_store_without_limits_passes_without_a_question() {
        assertThat(ask(check(), FakeCall.of())).isSameAs(Allow.plain());
        assertThat(ask(check(), FakeCall.of().withoutFeature())).isSameAs(Allow.plain());
        ledger.away = true;
        assertThat(ask(check(take("unknown", 1, On.ATTEMPT)), FakeCall.of())).isSameAs(Allow.plain());
    }

    @Test
    void the_refusal_has_the_contracts_members_in_order() {
        var call = FakeCall.of(limit("orders", Window.MONTH, 1));
        ask(check(), call);

        Refuse refuse = refused(ask(check(), call));

        assertThat(refuse.reason()).isEqualTo(Reason.LIMIT_REACHED);
        assertThat(refuse.detail()).isEqualTo("Limit 'orders' of 1 a month is reached");
        assertThat(refuse.feature().code()).isEqualTo("basic");
        assertThat(refuse.requiredTier()).isEqualTo(new TierRef("business", "Business", 3));
        assertThat(call.needs()).containsExactly(Need.feature("basic", null).withLimit("orders", 2));
        assertThat(refuse.members())
                .containsExactly(
                        entry("limit_type", "orders"),
                        entry("limit", 1L),
                        entry("current", 1L),
                        entry("remaining", 0L),
                        entry("window", "month"),
                        entry("resets_at", "2026-04-01T00:00:00Z"));
        assertThat(refuse.headers())
                .containsEntry("Retry-After", "2295600")
                .containsEntry("RateLimit-Policy", "\"orders\";q=1;w=2678400")
                .containsEntry("RateLimit", "\"orders\";r=0;t=2295600");
    }

    @Test
    void where_waiting_does_not_help_no_time_is_told() {
        var call = FakeCall.of(limit("daily", Window.DAY, 2), limit("products", Window.TOTAL, 1));

        Refuse tooDear = refused(ask(check(take("daily", 3, On.ATTEMPT)), call));
        assertThat(tooDear.detail()).isEqualTo("Limit 'daily' of 2 a day cannot hold the 3 that this request needs");
        assertThat(tooDear.members()).containsEntry("resets_at", null);
        assertThat(tooDear.headers()).doesNotContainKey("Retry-After").containsEntry("RateLimit", "\"daily\";r=2");

        ask(check(take("products", 1, On.ATTEMPT)), call);
        Refuse full = refused(ask(check(take("products", 1, On.ATTEMPT)), call));
        assertThat(full.detail()).isEqualTo("Limit 'products' of 1 in all is reached");
        assertThat(full.members()).containsEntry("resets_at", null).containsEntry("window", "total");
        assertThat(full.headers()).doesNotContainKey("Retry-After");
    }

    @Test
    void a_full_concurrent_limit_asks_to_come_back_in_a_second() {
        var call = FakeCall.of(limit("parallel", Window.CONCURRENT, 0));

        Refuse refuse = refused(ask(check(take("parallel", 1, On.ATTEMPT)), call));

        assertThat(refuse.reason()).isEqualTo(Reason.CONCURRENCY_REACHED);
        assertThat(refuse.headers()).doesNotContainKey("Retry-After");

        var one = FakeCall.of(limit("parallel", Window.CONCURRENT, 1));
        ask(check(take("parallel", 1, On.ATTEMPT)), one);
        assertThat(refused(ask(check(take("parallel", 1, On.ATTEMPT)), one)).headers())
                .containsEntry("Retry-After", "1")
                .containsEntry("RateLimit-Policy", "\"parallel\";q=1");
    }

    @Test
    void no_tier_is_named_where_none_would_do() {
        var call = FakeCall.of(limit("daily", Window.DAY, 2));

        assertThat(refused(ask(check(take("daily", 1_001, On.ATTEMPT)), call)).requiredTier())
                .isNull();
    }

    @Test
    void on_a_route_without_a_feature_none_is_named() {
        var call = FakeCall.of(limit("daily", Window.DAY, 0)).withoutFeature();

        assertThat(refused(ask(check(take("daily", 1, On.ATTEMPT)), call)).feature())
                .isNull();
    }

    @Test
    void allowed_responses_carry_the_fields_with_the_binding_limit_first() {
        var call = FakeCall.of(limit("daily", Window.DAY, 10), limit("hourly", Window.HOUR, 5));

        assertThat(allowed(ask(check(), call)).responseHeaders())
                .containsOnly(
                        entry("RateLimit-Policy", "\"hourly\";q=5;w=3600, \"daily\";q=10;w=86400"),
                        entry("RateLimit", "\"hourly\";r=4;t=2400, \"daily\";r=9;t=49200"));
    }

    @Test
    void fields_can_be_switched_off_and_shadow_has_none_and_counts_apart() {
        var call = FakeCall.of(limit("daily", Window.DAY, 1));
        var quiet = new LimitCheck(
                route(), ledger, OnLimitsDown.DENY, false, watch, Quotas.NONE, Prices.NONE, report -> {});

        assertThat(allowed(ask(quiet, call)).responseHeaders()).isEmpty();
        assertThat(refused(ask(quiet, call)).headers()).containsOnlyKeys("Retry-After");
        assertThat(allowed(ask(check(), call.inShadow())).responseHeaders()).isEmpty();
        assertThat(refused(ask(check(), call.inShadow())).headers()).containsOnlyKeys("Retry-After");
        assertThat(ledger.counts).containsOnly(entry("daily", 1L), entry("s:daily", 1L));
    }

    @Test
    void a_users_limit_needs_a_user_and_counts_each_apart() {
        var call = FakeCall.of(perUser("own", Window.DAY, 1));

        assertThat(refused(ask(check(), call)).reason()).isEqualTo(Reason.INVALID_TOKEN);
        assertThat(refused(ask(check(take("own", -1, On.SUCCESS)), call)).reason())
                .isEqualTo(Reason.INVALID_TOKEN);
        allowed(ask(check(), call.by("a")));
        refused(ask(check(), call.by("a")));
        allowed(ask(check(), call.by("b")));
        assertThat(ledger.counts).containsOnly(entry("own:a", 1L), entry("own:b", 1L));
    }

    @Test
    void without_counters_deny_answers_503_and_when_to_come_back() {
        ledger.away = true;
        var check =
                new LimitCheck(route(), ledger, OnLimitsDown.DENY, true, watch, Quotas.NONE, Prices.NONE, report -> {});

        Refuse refuse = refused(ask(check, FakeCall.of(limit("daily", Window.DAY, 9))));

        assertThat(refuse.reason()).isEqualTo(Reason.LIMITS_UNAVAILABLE);
        assertThat(refuse.headers()).containsExactly(entry("Retry-After", "1"));
        assertThat(ledger.counts).isEmpty();
        assertThat(ledger.decided).containsExactly(false);
    }

    @Test
    void without_counters_allow_serves_what_the_node_believes_is_left_and_says_so() {
        ledger.away = true;
        ledger.localUnits = 1;
        var call = FakeCall.of(limit("daily", Window.DAY, 9));

        Allow allow = allowed(ask(check(), call));
        assertThat(allow.failOpen()).isTrue();
        assertThat(allow.responseHeaders()).containsKey("RateLimit");
        allow.settlement().answered(Outcome.TIMED_OUT);
        assertThat(ledger.told).containsExactly("refund 1 daily");
        assertThat(refused(ask(check(), call)).reason()).isEqualTo(Reason.LIMITS_UNAVAILABLE);
        assertThat(ledger.decided).containsExactly(true, false);
    }

    @ParameterizedTest
    @EnumSource(Window.class)
    void every_window_has_a_sentence(Window window) {
        var usage = new Usage(limit("x", window, 7), 7, null, MemoryLedger.NOW);
        assertThat(LimitRefusal.sentence(usage, 1))
                .matches(
                        window == Window.CREDITS
                                ? "The balance of 'x' is 0 credits, and 1 is needed"
                                : "Limit 'x' of 7 [a-z ]+ is reached");
    }

    private LimitCheck check(Charge... charges) {
        return new LimitCheck(
                route(charges), ledger, OnLimitsDown.ALLOW, true, watch, Quotas.NONE, Prices.NONE, reports::add);
    }

    private static Charge take(String limit, long cost, On on) {
        return new Charge(limit, cost, on);
    }

    private static Decision ask(LimitCheck check, FakeCall call) {
        return check.ask(call).result();
    }

    static Route route(Charge... charges) {
        return new Route(
                0,
                "route",
                new PathPattern("/", List.of()),
                null,
                Map.of(),
                Set.of("GET"),
                false,
                false,
                Set.of(),
                false,
                "basic",
                null,
                null,
                true,
                List.of(charges),
                null,
                List.of(),
                "shop",
                null,
                Rollout.WHOLE,
                null,
                Denials.DEFAULT);
    }
}
