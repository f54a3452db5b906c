package dev.tiergate.limits;

import static dev.tiergate.limits.Limits.limit;
import static dev.tiergate.limits.Limits.line;
import static dev.tiergate.limits.Limits.one;
import static dev.tiergate.limits.Limits.subject;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tiergate.fixtures.Redis;
import dev.tiergate.plugin.Grant;
import dev.tiergate.plugin.Limit;
import dev.tiergate.plugin.Limit.Window;
import dev.tiergate.telemetry.MetricNames;
import io.micrometer.core.instrument.Counter;
import io.vertx.core.Future;
import io.vertx.redis.client.Command;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;

/** A Redis that is killed, restarted, or hangs. */
class RedisOutageIT {

    /** Short, so that a hang is noticed; long enough for a busy build machine while Redis runs. */
    private static final LinkSettings QUICK = LinkSettings.DEFAULT.withDeadline(Duration.ofMillis(300));

    private Redis redis;
    private LedgerNode node;

    @BeforeEach
    void open() {
        redis = Redis.embedded();
        node = LedgerNode.open(redis.uri(), QUICK);
    }

    @AfterEach
    void close() {
        node.close();
        redis.close();
    }

    @Test
    void a_killed_redis_is_unavailable_at_once_and_serves_soon_after_its_restart() {
        var subject = subject();
        var limit = limit("daily", Window.DAY, 100);
        node.charged(one(subject, limit));

        redis.stop();
        LedgerNode.until(() -> node.ledger.notReady().isPresent());
        long asked = System.nanoTime();
        assertThat(node.charge(one(subject, limit))).isInstanceOf(ChargeResult.Unavailable.class);
        assertThat(Duration.ofNanos(System.nanoTime() - asked)).isLessThan(QUICK.deadline());
        assertThatThrownBy(() -> node.current(subject, limit)).hasRootCauseInstanceOf(LedgerUnavailableException.class);
        assertThat(node.ledger.notReady().orElseThrow()).startsWith("Redis: ");

        redis.restart();
        node.awaitReady();
        assertThat(node.charged(one(subject, limit)).numbers().get(0).current()).isEqualTo(2);
    }

    @Test
    void a_redis_that_hangs_at_the_start_is_found_when_it_goes_on() {
        redis.pause();
        try (var late = LedgerNode.begin(redis.uri(), QUICK)) {
            LedgerNode.until(() -> late.ledger.notReady().orElse("").contains("imeout"));
            assertThat(late.charge(one(subject(), limit("daily", Window.DAY, 1))))
                    .isInstanceOf(ChargeResult.Unavailable.class);
            redis.resume();
            late.awaitReady();
            assertThat(late.charge(one(subject(), limit("daily", Window.DAY, 1))))
                    .isInstanceOf(ChargeResult.Charged.class);
        }
    }

    @Test
    void commands_on_their_way_to_a_killed_redis_are_answered() {
        var subject = subject();
        var limit = limit("daily", Window.DAY, 100);
        redis.pause();
        List<Future<ChargeResult>> all = burst(subject, limit, 20);

        redis.stop();

        all.forEach(result -> assertThat(LedgerNode.await(result)).isInstanceOf(ChargeResult.Unavailable.class));
    }

    @Test
    void a_hung_redis_answers_within_the_deadline_and_charges_nothing_late() {
        var subject = subject();
        var limit = limit("daily", Window.DAY, 100);
        var parallel = limit("parallel", Window.CONCURRENT, 100);
        node.charged(one(subject, limit));

        redis.pause();
        List<Future<ChargeResult>> all = burst(subject, limit, 50);
        all.addAll(burst(subject, parallel, 50));
        all.forEach(result -> assertThat(LedgerNode.await(result)).isInstanceOf(ChargeResult.Unavailable.class));
        redis.resume();

        assertThat(currentWhenBack(subject, limit)).isEqualTo(1);
        assertThat(currentWhenBack(subject, parallel)).isZero();
    }

    @Test
    void a_connection_that_hangs_is_given_up_and_its_late_commands_do_nothing() {
        var subject = subject();
        var limit = limit("daily", Window.DAY, 100);
        node.charged(one(subject, limit));

        redis.pause();
        List<Future<ChargeResult>> all = burst(subject, limit, 50);
        LedgerNode.until(() -> node.ledger.notReady().isPresent());
        all.forEach(result -> assertThat(LedgerNode.await(result)).isInstanceOf(ChargeResult.Unavailable.class));
        assertThat(node.charge(one(subject, limit))).isInstanceOf(ChargeResult.Unavailable.class);
        redis.resume();

        assertThat(currentWhenBack(subject, limit)).isEqualTo(1);
    }

    /** What is admitted and what is counted agree, wherever in the stream of commands the hang begins. */
    @RepeatedTest(10)
    void under_load_a_hang_leaves_the_counter_at_what_was_admitted() {
        var subject = subject();
        var limit = limit("daily", Window.DAY, 1_000_000);
        var admitted = new AtomicInteger();
        var unavailable = new AtomicInteger();
        var stop = new AtomicBoolean();
        List<Future<?>> clients = new ArrayList<>();
        for (int i = 0; i < 64; i++) {
            clients.add(node.start(
                    () -> loop(one(subject, limit), admitted, unavailable, stop).mapEmpty()));
        }
        LedgerNode.until(() -> admitted.get() > 200);

        redis.pause();
        LedgerNode.until(() -> unavailable.get() > 64);
        redis.resume();
        int before = admitted.get();
        LedgerNode.until(() -> admitted.get() > before + 200);
        stop.set(true);
        LedgerNode.await(Future.all(clients));

        LedgerNode.until(() -> currentWhenBack(subject, limit) <= admitted.get());
        assertThat(currentWhenBack(subject, limit)).isEqualTo(admitted.get());
    }

    @Test
    void what_was_charged_but_answered_late_is_given_back() {
        var subject = subject();
        var products = limit("products", Window.TOTAL, 100);
        var parallel = limit("parallel", Window.CONCURRENT, 100);
        // a clock a minute ahead, so that Redis takes the deadline to be far away
        var ahead = new AtomicLong();
        var settings = QUICK.withClocks(InstantSource.system(), () -> System.nanoTime() + ahead.get());
        try (var other = LedgerNode.open(redis.uri(), settings);
                var probe = new RedisProbe(redis.operatorUri())) {
            other.current(subject, products); // so that the store is known to Redis
            ahead.set(Duration.ofMinutes(1).toNanos());
            redis.pause();
            ChargeResult result = other.charge(one(subject, products, parallel));
            redis.resume();

            assertThat(result).isInstanceOf(ChargeResult.Unavailable.class);
            String key = "tg:{" + subject.store().externalId() + "}:products:total";
            // there, so it was charged; 0, so it was given back
            LedgerNode.until(() -> probe.ask(Command.EXISTS, key).toLong() == 1 && probe.charged(key) == 0);
            LedgerNode.until(() -> currentWhenBack(subject, parallel) == 0);
        }
    }

    @Test
    void refunds_of_an_outage_are_made_when_it_is_over() {
        var subject = subject();
        var limit = limit("daily", Window.DAY, 100);
        var parallel = limit("parallel", Window.CONCURRENT, 1);
        var charged = node.charged(one(subject, limit, parallel));

        redis.pause();
        Future<ChargeResult> noticed = node.start(() -> node.ledger.charge(one(subject, limit)));
        LedgerNode.until(() -> node.ledger.notReady().isPresent());
        assertThat(LedgerNode.await(noticed)).isInstanceOf(ChargeResult.Unavailable.class);
        node.run(() -> {
            charged.receipt().refund(line -> true);
            charged.receipt().release();
        });
        redis.resume();

        LedgerNode.until(() -> currentWhenBack(subject, limit) == 0);
        LedgerNode.until(() -> currentWhenBack(subject, parallel) == 0);
    }

    @Test
    void commands_past_the_bound_fail_at_once() {
        try (var small = LedgerNode.open(redis.uri(), QUICK.withMaxCommands(10))) {
            var subject = subject();
            var limit = limit("daily", Window.DAY, 100);
            redis.pause();
            List<Future<ChargeResult>> all = new ArrayList<>();
            small.run(() -> {
                for (int i = 0; i < 11; i++) {
                    all.add(small.ledger.charge(one(subject, limit)));
                }
                assertThat(all.get(10).isComplete()).isTrue();
                assertThat(all.get(9).isComplete()).isFalse();
            });
            redis.resume();
            assertThat(LedgerNode.await(all.get(10))).isInstanceOf(ChargeResult.Unavailable.class);
            LedgerNode.await(all.get(9));
        }
    }

    @Test
    void while_redis_is_away_each_grant_gives_what_it_was_known_to_hold_and_is_charged_afterwards() {
        var subject = subject();
        var credits = limit("credits", Window.CREDITS, 3).withGrants(List.of(new Grant("1", 4, 0, null)));
        node.charged(new ChargeRequest(subject, List.of(line(credits, 2))));

        redis.pause();
        LedgerNode.await(node.start(() -> node.ledger.charge(one(subject, credits))));
        List<ChargeResult> local = new ArrayList<>();
        node.run(() -> {
            for (long units : new long[] {3, 3, 2}) {
                local.add(node.ledger.chargeLocally(new ChargeRequest(subject, List.of(line(credits, units)))));
            }
            ((ChargeResult.Charged) local.get(0)).receipt().settle(new long[] {2});
        });
        redis.resume();

        assertThat(local)
                .extracting(result -> result instanceof ChargeResult.Charged)
                .containsExactly(true, false, true);
        LedgerNode.until(() -> currentWhenBack(subject, credits) == 5);
        LedgerNode.until(() -> node.on(() -> node.ledger.read(subject, List.of(credits))).get(0).grants().stream()
                .map(GrantUse::spent)
                .toList()
                .equals(List.of(3L, 2L)));
    }

    @Test
    void while_redis_is_away_what_was_left_is_admitted_and_charged_afterwards() {
        var subject = subject();
        var limit = limit("daily", Window.DAY, 10);
        node.charged(new ChargeRequest(subject, List.of(line(limit, 7))));

        redis.pause();
        LedgerNode.await(node.start(() -> node.ledger.charge(one(subject, limit))));
        List<ChargeResult> local = new ArrayList<>();
        node.run(() -> {
            for (int i = 0; i < 5; i++) {
                local.add(node.ledger.chargeLocally(one(subject, limit)));
            }
            ((ChargeResult.Charged) local.get(1)).receipt().refund(line -> true);
            local.add(node.ledger.chargeLocally(one(subject, limit)));
        });
        redis.resume();

        assertThat(local)
                .extracting(result -> result instanceof ChargeResult.Charged)
                .containsExactly(true, true, true, false, false, true);
        assertThat(((ChargeResult.Charged) local.get(0)).numbers().get(0).current())
                .isEqualTo(8);
        LedgerNode.until(() -> currentWhenBack(subject, limit) == 10);
        assertThat(node.admits(one(subject, limit))).isFalse();
    }

    @Test
    void an_unknown_subject_has_its_whole_limit_while_redis_is_away_and_all_lines_or_none() {
        var subject = subject();
        var wide = limit("wide", Window.DAY, 10);
        var small = limit("small", Window.MONTH, 2);
        redis.stop();
        List<ChargeResult> local = new ArrayList<>();
        node.run(() -> {
            for (int i = 0; i < 4; i++) {
                local.add(node.ledger.chargeLocally(one(subject, wide, small)));
            }
        });
        redis.restart();

        assertThat(local)
                .extracting(result -> result instanceof ChargeResult.Charged)
                .containsExactly(true, true, false, false);
        LedgerNode.until(() -> currentWhenBack(subject, wide) == 2);
        LedgerNode.until(() -> currentWhenBack(subject, small) == 2);
    }

    @Test
    void a_redis_that_answers_late_is_not_waited_for_until_a_probe_finds_it_well() {
        var subject = subject();
        var limit = limit("daily", Window.DAY, 1_000_000);
        try (var line = SlowLine.to(redis.port());
                var far = LedgerNode.open(line.uri(), QUICK)) {
            far.charged(one(subject, limit));
            line.delay(QUICK.deadline().plusMillis(100));
            Counter opened = far.meters.counter(MetricNames.REDIS_CIRCUIT_OPENED);
            List<Future<ChargeResult>> waiting = new ArrayList<>();
            LedgerNode.until(() -> {
                waiting.add(far.start(() -> far.ledger.charge(one(subject, limit))));
                return opened.count() > 0;
            });
            assertThat(far.ledger.notReady().orElseThrow())
                    .matches("Redis: \\S+:\\d+: \\d+ of the last \\d+ commands were late");
            var keys = far.ledger.idempotencyKeys();
            far.run(() -> {
                assertThat(far.ledger.charge(one(subject, limit)).result())
                        .isInstanceOf(ChargeResult.Unavailable.class);
                assertThat(far.ledger.read(subject, List.of(limit)).failed()).isTrue();
                assertThat(far.ledger.put(subject, limit, 7).failed()).isTrue();
                assertThat(keys.claim(new KeyedRequest("tg:{x}:idem:y", "print", "owner"), QUICK.connect())
                                .result()
                                .kind())
                        .isEqualTo(KeyClaim.Kind.UNAVAILABLE);
            });

            line.delay(Duration.ZERO);
            far.awaitReady();
            long admitted = 1
                    + waiting.stream()
                            .map(LedgerNode::await)
                            .filter(ChargeResult.Charged.class::isInstance)
                            .count();
            LedgerNode.until(() -> currentWhenBack(subject, limit) == admitted);
        }
    }

    @Test
    void slots_of_living_exchanges_come_back_with_redis() {
        var subject = subject();
        var parallel = limit("parallel", Window.CONCURRENT, 3);
        var before = node.charged(one(subject, parallel));
        redis.stop();
        List<ChargeResult> local = new ArrayList<>();
        node.run(() -> {
            for (int i = 0; i < 3; i++) {
                local.add(node.ledger.chargeLocally(one(subject, parallel)));
            }
        });
        redis.restart();

        assertThat(local)
                .extracting(result -> result instanceof ChargeResult.Charged)
                .containsExactly(true, true, false);
        LedgerNode.until(() -> currentWhenBack(subject, parallel) == 3);
        node.run(() -> {
            before.receipt().release();
            ((ChargeResult.Charged) local.get(0)).receipt().release();
        });
        assertThat(node.current(subject, parallel)).isEqualTo(1);
    }

    private List<Future<ChargeResult>> burst(Subject subject, Limit limit, int requests) {
        List<Future<ChargeResult>> all = new ArrayList<>();
        node.run(() -> {
            for (int i = 0; i < requests; i++) {
                all.add(node.ledger.charge(one(subject, limit)));
            }
        });
        return all;
    }

    private Future<?> loop(
            ChargeRequest request, AtomicInteger admitted, AtomicInteger unavailable, AtomicBoolean stop) {
        if (stop.get()) {
            return Future.succeededFuture();
        }
        // by the timer, as an unavailable ledger answers at once
        return node.ledger.charge(request).compose(result -> {
            (result instanceof ChargeResult.Charged ? admitted : unavailable).incrementAndGet();
            return node.pause().compose(paused -> loop(request, admitted, unavailable, stop));
        });
    }

    /** What a fresh look says once the connection is there again. */
    private long currentWhenBack(Subject subject, Limit limit) {
        while (true) {
            node.awaitReady();
            List<Usage> read = LedgerNode.await(
                    node.start(() -> node.ledger.read(subject, List.of(limit)).otherwise(List.of())));
            if (!read.isEmpty()) {
                return read.get(0).current();
            }
        }
    }
}
