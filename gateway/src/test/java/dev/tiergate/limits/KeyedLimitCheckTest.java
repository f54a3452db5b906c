package dev.tiergate.limits;

import static dev.tiergate.limits.Decisions.allowed;
import static dev.tiergate.limits.Decisions.refused;
import static dev.tiergate.limits.Limits.limit;
import static dev.tiergate.limits.Limits.perUser;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.entry;

import dev.tiergate.plugin.Allow;
import dev.tiergate.plugin.BodyTooLargeException;
import dev.tiergate.plugin.Decision;
import dev.tiergate.plugin.Limit.Window;
import dev.tiergate.plugin.Outcome;
import dev.tiergate.plugin.Reason;
import dev.tiergate.plugin.Refuse;
import dev.tiergate.plugin.Settlement;
import dev.tiergate.routes.GatingConfig.OnLimitsDown;
import dev.tiergate.routes.Route.Charge;
import dev.tiergate.routes.Route.Charge.On;
import dev.tiergate.routes.Route.KeyUse;
import dev.tiergate.telemetry.GateMetrics;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vertx.core.Future;
import io.vertx.core.MultiMap;
import io.vertx.core.Promise;
import io.vertx.core.buffer.Buffer;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class KeyedLimitCheckTest {

    private static final int MOST_BODY = 1024 * 1024;

    private final MemoryLedger ledger = new MemoryLedger();
    private final MemoryQuotas quotas = new MemoryQuotas();
    private final MemoryKeys keys = new MemoryKeys();
    private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
    private final GateMetrics metrics = new GateMetrics(meters);
    private final FakeCall call = FakeCall.of(limit("daily", Window.DAY, 2), limit("hourly", Window.HOUR, 9));

    @Test
    void every_outcome_of_a_repeat_is_a_series_from_the_start() {
        assertThat(meters.find("tiergate_idempotent_repeats").counters())
                .extracting(counter -> counter.getId().getTag("outcome"))
                .containsExactlyInAnyOrder("free", "as_new", "in_flight", "other_content");
    }

    @Test
    void without_a_key_a_request_is_charged_each_time_or_refused_where_one_is_required() {
        ask(check(KeyUse.OPTIONAL), call);
        ask(check(KeyUse.OPTIONAL), call);

        assertThat(ledger.counts).containsEntry("daily", 2L);
        assertThat(refused(ask(check(KeyUse.REQUIRED), call)).reason()).isEqualTo(Reason.IDEMPOTENCY_KEY_REQUIRED);
        assertThat(keys.claimed).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 255})
    void a_key_of_1_to_255_characters_is_taken(int length) {
        assertThat(ask(check(KeyUse.REQUIRED), call.under("1", "~".repeat(length))))
                .isInstanceOf(Allow.class);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 256})
    void a_key_that_is_empty_or_longer_is_refused(int length) {
        invalid(call.under("1", "~".repeat(length)));
    }

    @ParameterizedTest
    @ValueSource(strings = {"a b", "a\tb", "\u007f", "\u00e4", " a"})
    void a_key_of_other_than_visible_ascii_is_refused(String key) {
        invalid(call.under("1", key));
    }

    @Test
    void two_keys_are_refused_even_if_they_are_the_same() {
        invalid(call.under("1", "a", "a"));
    }

    private void invalid(FakeCall keyed) {
        assertThat(refused(ask(check(KeyUse.OPTIONAL), keyed)).reason()).isEqualTo(Reason.IDEMPOTENCY_KEY_INVALID);
        assertThat(ledger.counts).isEmpty();
        assertThat(keys.claimed).isEmpty();
    }

    @Test
    void a_body_can_have_a_mebibyte_and_not_a_byte_more() {
        var keyed = call.under("1", "key");
        var most = Future.succeededFuture(Buffer.buffer(new byte[MOST_BODY]));
        var more = Future.succeededFuture(Buffer.buffer(new byte[MOST_BODY + 1]));
        Future<Buffer> tooLarge = Future.failedFuture(new BodyTooLargeException(MOST_BODY));

        assertThat(ask(check(KeyUse.OPTIONAL), keyed.sending(most))).isInstanceOf(Allow.class);
        assertThat(refused(ask(check(KeyUse.OPTIONAL), keyed.sending(more))).reason())
                .isEqualTo(Reason.BODY_TOO_LARGE);
        assertThat(refused(ask(check(KeyUse.OPTIONAL), keyed.sending(tooLarge))).reason())
                .isEqualTo(Reason.BODY_TOO_LARGE);
        assertThat(keys.claimed).hasSize(1);
    }

    @Test
    void a_body_that_cannot_be_read_is_a_fault_and_no_claim() {
        Future<Buffer> broken = Future.failedFuture(new IllegalStateException("gone"));

        assertThat(check(KeyUse.OPTIONAL)
                        .ask(call.under("1", "key").sending(broken))
                        .cause())
                .hasMessage("gone");
        assertThat(keys.claimed).isEmpty();
    }

    @ParameterizedTest
    @EnumSource(
            value = KeyClaim.Kind.class,
            names = {"FIRST", "AS_NEW"})
    void what_is_charged_is_kept_until_the_first_window_ends(KeyClaim.Kind kind) {
        keys.next = kind;

        Allow allow = allowed(ask(check(KeyUse.OPTIONAL), call.under("1", "key")));

        assertThat(ledger.counts).containsOnly(entry("daily", 1L), entry("hourly", 1L));
        assertThat(keys.told).isEmpty();
        allow.settlement().answered(Outcome.answered(201));
        assertThat(keys.told).containsExactly("keep until 2026-03-05T11:00:00Z");
        assertThat(repeats("as_new")).isEqualTo(kind == KeyClaim.Kind.AS_NEW ? 1 : 0);
    }

    @Test
    void what_has_no_window_is_kept_for_as_long_as_keys_are() {
        var total = FakeCall.of(limit("products", Window.TOTAL, 9)).under("1", "key");

        allowed(ask(check(KeyUse.OPTIONAL, new Charge("products", 1, On.SUCCESS)), total))
                .settlement()
                .answered(Outcome.answered(201));

        assertThat(keys.told).containsExactly("keep until null");
    }

    @Test
    void what_came_back_is_dropped_after_the_refund() {
        Allow allow = allowed(ask(check(KeyUse.OPTIONAL), call.under("1", "key")));

        allow.settlement().answered(Outcome.answered(503));

        assertThat(ledger.told).contains("refund 1 daily", "refund 1 hourly");
        assertThat(keys.told).containsExactly("drop");
    }

    @Test
    void what_a_plugin_counts_stays_charged_where_the_client_went_and_its_repeat_is_free() {
        var check = check(KeyUse.OPTIONAL, new Charge("bursts", 4, On.ATTEMPT));

        allowed(ask(check, call.under("1", "key"))).settlement().answered(Outcome.CLIENT_GONE);
        keys.next = KeyClaim.Kind.REPEAT;
        allowed(ask(check, call.under("2", "key")));

        assertThat(keys.told).containsExactly("keep until 2026-03-05T10:20:07.001Z");
        assertThat(quotas.used).containsOnly(entry("bursts", 4L));
    }

    @ParameterizedTest
    @CsvSource({
        "409, ATTEMPT, keep until 2026-03-05T10:20:07.001Z, 4",
        "409, SUCCESS, drop, 0",
        "503, ATTEMPT, drop, 0",
        "201, SUCCESS, keep until 2026-03-05T10:20:07.001Z, 4",
    })
    void a_key_goes_where_a_plugin_took_units_back(int status, On on, String told, long used) {
        var check = check(KeyUse.OPTIONAL, new Charge("daily", 1, On.ATTEMPT), new Charge("bursts", 4, on));

        allowed(ask(check, call.under("1", "key"))).settlement().answered(Outcome.answered(status));

        assertThat(keys.told).containsExactly(told);
        assertThat(quotas.used).containsOnly(entry("bursts", used));
    }

    @ParameterizedTest
    @CsvSource(
            nullValues = "never",
            value = {
                "2026-03-05T10:59:59Z, never, 2026-03-05T10:59:59Z",
                "2026-03-05T11:00:01Z, never, 2026-03-05T11:00:00Z",
                "2026-03-05T10:50:00Z, 2026-03-05T10:40:00Z, 2026-03-05T10:40:00Z",
                "never, never, 2026-03-05T11:00:00Z",
            })
    void the_earliest_of_all_ends_bounds_a_key(@Nullable Instant bursts, @Nullable Instant rare, Instant end) {
        quotas.resetsAt.put("bursts", bursts);
        quotas.resetsAt.put("rare", rare);
        var check = check(
                KeyUse.OPTIONAL,
                new Charge("hourly", 1, On.ATTEMPT),
                new Charge("bursts", 1, On.ATTEMPT),
                new Charge("rare", 1, On.ATTEMPT));

        allowed(ask(check, call.under("1", "key"))).settlement().answered(Outcome.answered(200));

        assertThat(keys.told).containsExactly("keep until " + end);
    }

    @Test
    void a_first_request_that_is_refused_leaves_no_key_behind() {
        var none = FakeCall.of(limit("daily", Window.DAY, 0)).under("1", "key");
        assertThat(refused(ask(check(KeyUse.OPTIONAL), none)).reason()).isEqualTo(Reason.LIMIT_REACHED);
        assertThat(keys.told).containsExactly("drop");

        var nobody = FakeCall.of(perUser("mine", Window.DAY, 9)).under("2", "key");
        assertThat(refused(ask(check(KeyUse.OPTIONAL), nobody)).reason()).isEqualTo(Reason.INVALID_TOKEN);
        assertThat(keys.told).containsExactly("drop", "drop");
    }

    @Test
    void an_answer_waits_until_its_key_is_known() {
        Promise<Void> known = Promise.promise();
        keys.known = known.future();

        Settlement settlement =
                allowed(ask(check(KeyUse.OPTIONAL), call.under("1", "key"))).settlement();
        settlement.answered(Outcome.answered(201));
        Future<Void> head = settlement.recorded();
        var none = FakeCall.of(limit("daily", Window.DAY, 0)).under("2", "key");
        Future<Decision> refusal = check(KeyUse.OPTIONAL).ask(none);
        quotas.broken = true;
        Future<Decision> fault =
                check(KeyUse.OPTIONAL, new Charge("bursts", 1, On.ATTEMPT)).ask(call.under("3", "key"));
        assertThat(keys.told).containsExactly("keep until 2026-03-05T11:00:00Z", "drop", "drop");
        assertThat(head.isComplete()).isFalse();
        assertThat(refusal.isComplete()).isFalse();
        assertThat(fault.isComplete()).isFalse();

        known.complete();
        assertThat(head.succeeded()).isTrue();
        assertThat(refused(refusal.result()).reason()).isEqualTo(Reason.LIMIT_REACHED);
        assertThat(fault.cause()).hasMessage("broken");
    }

    @Test
    void a_repeat_is_free_and_says_what_is_left() {
        ask(check(KeyUse.OPTIONAL), call.under("1", "key"));
        keys.next = KeyClaim.Kind.REPEAT;

        Allow allow = allowed(ask(check(KeyUse.OPTIONAL), call.under("2", "key")));

        assertThat(ledger.counts).containsOnly(entry("daily", 1L), entry("hourly", 1L));
        assertThat(allow.responseHeaders().get("RateLimit")).startsWith("\"daily\";r=1;");
        allow.settlement().answered(Outcome.answered(500));
        assertThat(keys.told).isEmpty();
        assertThat(repeats("free")).isOne();
        allowed(ask(check(KeyUse.OPTIONAL), call.under("3", "key")))
                .settlement()
                .answered(Outcome.NOT_SENT);
        assertThat(keys.told).as("one that was not sent is none").containsExactly("drop");
    }

    @ParameterizedTest
    @ValueSource(strings = {"daily", "bursts"})
    void a_key_goes_where_a_report_gives_back_what_a_refusal_of_the_upstream_cost(String limit) {
        var headers = MultiMap.caseInsensitiveMultiMap().add("X-Cost", "0");
        var check = check(KeyUse.OPTIONAL, new Charge(limit, 2, On.ATTEMPT, new Charge.Report("X-Cost", 2)));

        allowed(ask(check, call.under("1", "key"))).settlement().answered(Outcome.answered(409, headers));

        assertThat(keys.told).containsExactly("drop");
    }

    @Test
    void a_slot_is_no_charge_that_a_repeat_could_be_spared() {
        var both = FakeCall.of(limit("parallel", Window.CONCURRENT, 9), limit("products", Window.TOTAL, 9));
        var slot = new Charge("parallel", 1, On.SUCCESS);
        var alone = check(KeyUse.OPTIONAL, slot);
        var beside = check(KeyUse.OPTIONAL, slot, new Charge("products", 1, On.ATTEMPT));

        allowed(ask(alone, both.under("1", "key"))).settlement().answered(Outcome.CLIENT_GONE);
        allowed(ask(beside, both.under("2", "key"))).settlement().answered(Outcome.answered(404));

        assertThat(keys.told).containsExactly("drop", "keep until null");
    }

    @Test
    void a_repeat_gives_nothing_back_a_second_time() {
        var total = FakeCall.of(limit("products", Window.TOTAL, 9)).under("1", "key");
        keys.next = KeyClaim.Kind.REPEAT;

        var check = check(KeyUse.OPTIONAL, new Charge("products", -1, On.SUCCESS));
        allowed(ask(check, total)).settlement().answered(Outcome.answered(200));

        assertThat(ledger.told).isEmpty();
    }

    @Test
    void a_repeat_takes_the_room_of_a_request_in_flight_and_nothing_else() {
        var both = FakeCall.of(limit("parallel", Window.CONCURRENT, 1), limit("products", Window.TOTAL, 9));
        var check =
                check(KeyUse.OPTIONAL, new Charge("parallel", 1, On.ATTEMPT), new Charge("products", 1, On.ATTEMPT));
        keys.next = KeyClaim.Kind.REPEAT;

        Allow allow = allowed(ask(check, both.under("1", "key")));
        assertThat(ledger.counts).containsOnly(entry("parallel", 1L));
        assertThat(refused(ask(check, both.under("2", "key"))).reason()).isEqualTo(Reason.CONCURRENCY_REACHED);
        assertThat(keys.told).as("the refused repeat is given back").containsExactly("drop");

        allow.settlement().answered(Outcome.answered(200));
        allow.settlement().ended();
        assertThat(ledger.told).containsExactly("release");
    }

    @Test
    void another_request_under_the_key_is_refused() {
        keys.next = KeyClaim.Kind.OTHER_CONTENT;

        assertThat(refused(ask(check(KeyUse.OPTIONAL), call.under("1", "key"))).reason())
                .isEqualTo(Reason.IDEMPOTENCY_KEY_REUSED);
        assertThat(ledger.counts).isEmpty();
        assertThat(repeats("other_content")).isOne();
    }

    @Test
    void while_the_first_is_in_flight_its_repeat_is_refused_for_a_moment() {
        keys.next = KeyClaim.Kind.IN_FLIGHT;

        Refuse refuse = refused(ask(check(KeyUse.OPTIONAL), call.under("1", "key")));

        assertThat(refuse.reason()).isEqualTo(Reason.IDEMPOTENCY_IN_FLIGHT);
        assertThat(refuse.headers()).isEqualTo(Map.of("Retry-After", "1"));
        assertThat(ledger.counts).isEmpty();
        assertThat(repeats("in_flight")).isOne();
    }

    @Test
    void where_keys_cannot_be_asked_the_policy_for_limits_decides() {
        keys.next = KeyClaim.Kind.UNAVAILABLE;
        var keyed = call.under("1", "key");

        assertThat(refused(ask(check(KeyUse.OPTIONAL, OnLimitsDown.DENY), keyed))
                        .reason())
                .isEqualTo(Reason.LIMITS_UNAVAILABLE);
        assertThat(ledger.counts).isEmpty();

        ledger.away = true;
        assertThat(allowed(ask(check(KeyUse.OPTIONAL, OnLimitsDown.ALLOW), keyed))
                        .failOpen())
                .isTrue();
        assertThat(ledger.counts).containsEntry("daily", 1L);
    }

    @Test
    void where_the_counters_are_away_the_key_goes_with_what_was_charged() {
        ledger.away = true;
        assertThat(refused(ask(check(KeyUse.OPTIONAL, OnLimitsDown.DENY), call.under("1", "key")))
                        .reason())
                .isEqualTo(Reason.LIMITS_UNAVAILABLE);
        assertThat(keys.told).containsExactly("drop");

        allowed(ask(check(KeyUse.OPTIONAL, OnLimitsDown.ALLOW), call.under("2", "key")))
                .settlement()
                .answered(Outcome.answered(200));
        assertThat(keys.told).containsExactly("drop", "keep until 2026-03-05T11:00:00Z");
    }

    private double repeats(String outcome) {
        return meters.get("tiergate_idempotent_repeats")
                .tag("outcome", outcome)
                .counter()
                .count();
    }

    private KeyedLimitCheck check(KeyUse use, Charge... charges) {
        return check(use, OnLimitsDown.ALLOW, charges);
    }

    private KeyedLimitCheck check(KeyUse use, OnLimitsDown policy, Charge... charges) {
        var watch = new LimitWatch(LimitEvents.NONE, 0.8);
        var limits = new LimitCheck(
                LimitCheckTest.route(charges),
                ledger,
                policy,
                true,
                watch,
                quotas.of("bursts", "rare"),
                Prices.NONE,
                report -> {});
        return new KeyedLimitCheck(limits, use, keys, Duration.ofSeconds(39), policy, metrics);
    }

    private static Decision ask(KeyedLimitCheck check, FakeCall call) {
        return check.ask(call).result();
    }
}
