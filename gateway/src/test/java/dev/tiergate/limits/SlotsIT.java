package dev.tiergate.limits;

import static dev.tiergate.limits.Limits.limit;
import static dev.tiergate.limits.Limits.line;
import static dev.tiergate.limits.Limits.one;
import static dev.tiergate.limits.Limits.subject;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tiergate.fixtures.Redis;
import dev.tiergate.plugin.Allow;
import dev.tiergate.plugin.Call;
import dev.tiergate.plugin.Decision;
import dev.tiergate.plugin.Limit;
import dev.tiergate.plugin.Limit.Window;
import dev.tiergate.plugin.Reason;
import dev.tiergate.plugin.Refuse;
import dev.tiergate.plugin.Settlement;
import dev.tiergate.telemetry.MetricNames;
import io.vertx.core.Vertx;
import io.vertx.redis.client.Command;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What becomes of those who hold slots: by a monotonic clock that is set by hand, and when their limit is lowered. */
class SlotsIT {

    private static final Duration RENEWAL = Duration.ofSeconds(5);
    private static final Duration LOST = Duration.ofSeconds(10);

    private final AtomicLong nanos = new AtomicLong();
    private final LinkSettings settings =
            LinkSettings.DEFAULT.withDeadline(Duration.ofMillis(500)).withClocks(InstantSource.system(), nanos::get);

    private final Subject subject = subject();
    private final List<String> ended = new CopyOnWriteArrayList<>();

    private Redis redis;
    private RedisProbe probe;
    private LedgerNode node;

    @BeforeEach
    void open() {
        redis = Redis.embedded();
        probe = new RedisProbe(redis.uri());
        node = LedgerNode.open(redis.uri(), settings);
    }

    @AfterEach
    void close() {
        node.close();
        probe.close();
        redis.close();
    }

    @Test
    void who_holds_slots_is_cut_off_when_they_could_not_be_renewed_for_ten_seconds() {
        hold("older", node.charged(one(subject, concurrent("older"))));
        advance(Duration.ofNanos(1));
        hold("newer", node.charged(one(subject, concurrent("newer"))));
        redis.pause();
        advance(LOST.minusNanos(1));
        LedgerNode.until(() -> !ended.isEmpty());
        assertThat(ended).as("both were looked at").containsExactly("older limits_unavailable");
        assertThat(cutOff()).isEqualTo(1);

        advance(Duration.ofNanos(1));
        LedgerNode.until(() -> ended.size() > 1);
        assertThat(ended).containsExactly("older limits_unavailable", "newer limits_unavailable");
        assertThat(cutOff()).isEqualTo(2);
        redis.resume();
    }

    @Test
    void the_ten_seconds_begin_when_the_charge_is_sent() {
        var onTheWay = Duration.ofMillis(400);
        node.settle(subject); // filled, so that the charge is sent once
        var charged = node.on(() -> {
            var asked = node.ask(one(subject, concurrent("parallel")));
            Vertx.currentContext().runOnContext(sent -> advance(onTheWay));
            return asked;
        });
        hold("parallel", (ChargeResult.Charged) charged);
        redis.pause();
        advance(LOST.minus(onTheWay));
        LedgerNode.until(() -> !ended.isEmpty());
        redis.resume();
    }

    @Test
    void renewals_keep_them_for_as_long_as_it_takes() {
        hold("parallel", node.charged(one(subject, concurrent("parallel"))));
        for (int i = 0; i < 4; i++) {
            long till = expiry("parallel");
            advance(RENEWAL);
            LedgerNode.until(() -> expiry("parallel") > till);
        }
        assertThat(ended).isEmpty();
    }

    @Test
    void slots_that_redis_forgot_count_again_once_they_are_renewed() {
        Limit one = limit("one", Window.CONCURRENT, 1);
        hold("before", node.charged(one(subject, one)));
        redis.flush();
        hold("meanwhile", node.charged(one(subject, one)));
        assertThat(node.current(subject, one)).isEqualTo(1);

        advance(RENEWAL);
        LedgerNode.until(() -> node.current(subject, one) == 2);
        assertThat(node.admits(one(subject, one))).isFalse();
    }

    @Test
    void slots_of_the_local_budget_are_kept_until_redis_has_them() {
        hold("told", node.charged(one(subject, concurrent("told"))));
        redis.stop();
        LedgerNode.until(() -> node.ledger.notReady().isPresent());
        List<ChargeResult> local = new ArrayList<>();
        node.run(() -> local.add(node.ledger.chargeLocally(one(subject, concurrent("local")))));
        hold("local", (ChargeResult.Charged) local.get(0));
        advance(LOST);
        LedgerNode.until(() -> !ended.isEmpty());
        assertThat(ended).as("both were looked at").containsExactly("told limits_unavailable");

        redis.restart();
        LedgerNode.until(() -> expiry("local") > 0);
        redis.stop();
        LedgerNode.until(() -> {
            advance(LOST);
            return ended.size() > 1;
        });
        assertThat(ended).containsExactly("told limits_unavailable", "local limits_unavailable");
    }

    @ParameterizedTest
    @CsvSource({"4, ''", "3, 3", "2, 2 3", "1, 1 2 3", "0, 0 1 2 3", "-1, ''"})
    void of_those_over_a_lowered_limit_the_newest_go_first_whichever_node_they_are_on(long lowered, String expected) {
        try (var other = LedgerNode.open(redis.uri(), settings)) {
            assertThat(over(lowered, List.of(node, other, other, node), List.of(1L, 1L, 1L, 1L)))
                    .isEqualTo(expected);
        }
    }

    @ParameterizedTest
    @CsvSource({"23, ''", "22, 2", "13, 2", "12, 1 2", "3, 1 2", "2, 0 1 2"})
    void who_holds_many_slots_is_over_when_the_last_of_them_is(long lowered, String expected) {
        assertThat(over(lowered, List.of(node, node, node), List.of(3L, 10L, 10L)))
                .isEqualTo(expected);
    }

    /** Which of these, who began one after the other, are over the limit once it is lowered. */
    private String over(long lowered, List<LedgerNode> nodes, List<Long> costs) {
        Limit parallel = limit("parallel", Window.CONCURRENT, 99);
        List<Receipt> holders = new ArrayList<>();
        for (int i = 0; i < nodes.size(); i++) {
            var request = new ChargeRequest(subject, List.of(line(parallel, costs.get(i))));
            holders.add(nodes.get(i).charged(request).receipt());
            advance(Duration.ofSeconds(1)); // so that their order is beyond doubt
        }
        List<String> over = new ArrayList<>();
        for (int i = 0; i < holders.size(); i++) {
            if (again(nodes.get(i), holders.get(i), lowered) instanceof Refuse refuse) {
                assertThat(refuse.reason()).isEqualTo(Reason.CONCURRENCY_REACHED);
                over.add(String.valueOf(i));
            }
        }
        return String.join(" ", over);
    }

    private static Decision again(LedgerNode at, Receipt holder, long lowered) {
        var call = FakeCall.of(limit("parallel", Window.CONCURRENT, lowered));
        return at.on(() -> settlement(at, call, holder).again(call));
    }

    private static Settlement settlement(LedgerNode at, Call call, Receipt holder) {
        var pass = new Pass(call, new ChargeRequest(LimitCheck.subject(call), List.of()), null, null, KeyHold.NONE);
        return pass.settlement(at.ledger, new ChargeResult.Charged(List.of(), holder), null, report -> {});
    }

    @Test
    void who_holds_no_slot_or_is_not_limited_any_more_goes_on() {
        var unlimited = FakeCall.of();
        var held = node.charged(one(subject, limit("parallel", Window.CONCURRENT, 1)))
                .receipt();
        var daily = node.charged(one(subject, limit("daily", Window.DAY, 1))).receipt();
        for (Receipt receipt : List.of(held, daily)) {
            assertThat(node.<Decision>on(
                            () -> settlement(node, unlimited, receipt).again(unlimited)))
                    .isEqualTo(Allow.plain());
        }
    }

    @Test
    void while_redis_is_away_nobody_knows() {
        var held = node.charged(one(subject, limit("parallel", Window.CONCURRENT, 1)))
                .receipt();
        redis.stop();
        LedgerNode.until(() -> node.ledger.notReady().isPresent());
        reason(again(node, held, 0), Reason.LIMITS_UNAVAILABLE);
    }

    @Test
    void a_holder_whose_slots_redis_forgot_is_over_as_soon_as_it_knows_them_again() {
        var told = node.charged(one(subject, concurrent("parallel"))).receipt();
        redis.flush();
        awaitOver(told);
    }

    @Test
    void a_holder_whose_slots_redis_never_had_is_over_as_soon_as_it_knows_them() {
        redis.stop();
        LedgerNode.until(() -> node.ledger.notReady().isPresent());
        List<ChargeResult> local = new ArrayList<>();
        node.run(() -> local.add(node.ledger.chargeLocally(one(subject, concurrent("parallel")))));
        redis.restart();
        node.awaitReady();
        awaitOver(((ChargeResult.Charged) local.get(0)).receipt());
    }

    /** Not known at first, so it is asked again; the clock stands, so no renewal is due by its time. */
    private void awaitOver(Receipt holder) {
        reason(again(node, holder, 0), Reason.LIMITS_UNAVAILABLE);
        LedgerNode.until(() -> expiry("parallel") > 0);
        reason(again(node, holder, 0), Reason.CONCURRENCY_REACHED);
    }

    private static void reason(Decision decision, Reason expected) {
        assertThat(decision)
                .isInstanceOfSatisfying(
                        Refuse.class, refuse -> assertThat(refuse.reason()).isEqualTo(expected));
    }

    @Test
    void a_slot_that_ends_in_a_redis_that_came_back_empty_is_free_at_once() {
        Limit one = limit("one", Window.CONCURRENT, 1);
        var held = node.charged(one(subject, one)).receipt();
        redis.flush();
        advance(RENEWAL);
        LedgerNode.until(() -> expiry("one") > 0);

        node.run(held::release);
        assertThat(node.admits(one(subject, one))).isTrue();
    }

    @Test
    void without_the_stores_epoch_slots_come_back_and_units_do_not() {
        Limit daily = limit("daily", Window.DAY, 9);
        var held = node.charged(one(subject, daily, concurrent("parallel"))).receipt();
        probe.ask(Command.DEL, "tg:{" + subject.store().externalId() + "}:epoch");

        node.run(() -> {
            held.refund(line -> true);
            held.release();
        });
        node.settle(subject);
        assertThat(expiry("parallel")).isZero();
        assertThat(probe.charged(subject, daily)).isEqualTo(1);
    }

    private void hold(String name, ChargeResult.Charged charged) {
        node.run(() -> charged.receipt()
                .began(why -> ended.add(name + ' ' + why.reason().code())));
    }

    private static Limit concurrent(String code) {
        return limit(code, Window.CONCURRENT, 9);
    }

    private void advance(Duration time) {
        nanos.addAndGet(time.toNanos());
    }

    private double cutOff() {
        return node.meters
                .counter(MetricNames.REQUESTS_CUT_OFF, "cause", "slots")
                .count();
    }

    /** When Redis would free the slot, in milliseconds; 0 where it has none. */
    private long expiry(String limit) {
        String key = "tg:{" + subject.store().externalId() + "}:" + limit + ":concurrent";
        var slots = probe.ask(Command.ZRANGE, key, "0", "-1", "WITHSCORES");
        return slots == null || slots.size() == 0
                ? 0
                : Math.round(slots.get(0).get(1).toDouble());
    }
}
