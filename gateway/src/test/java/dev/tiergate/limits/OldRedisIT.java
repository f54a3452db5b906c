package dev.tiergate.limits;

import static dev.tiergate.limits.Limits.limit;
import static dev.tiergate.limits.Limits.one;
import static dev.tiergate.limits.Limits.subject;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tiergate.fixtures.Redis;
import dev.tiergate.plugin.Limit;
import dev.tiergate.plugin.Limit.Window;
import dev.tiergate.telemetry.MetricNames;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A Redis that comes back with what it had at some time before: docs/decisions/0041. */
class OldRedisIT {

    private static final Limit WEEKLY = limit("weekly", Window.WEEK, 6);
    private static final Limit MANY = limit("many", Window.DAY, 5_000);

    private static CopiesInPostgres copies;

    private Redis redis;
    private LedgerNode node;

    @BeforeAll
    static void migrate() throws Exception {
        copies = new CopiesInPostgres();
    }

    @AfterAll
    static void end() {
        copies.close();
    }

    @BeforeEach
    void open() {
        redis = Redis.embedded();
        node = LedgerNode.open(redis.uri(), copies.durable);
    }

    @AfterEach
    void close() {
        node.close();
        redis.close();
    }

    @Test
    void what_was_charged_since_the_snapshot_stays_charged() {
        var subject = subject();
        charge(subject, WEEKLY, 3);
        redis.snapshot();
        charge(subject, WEEKLY, 2);
        LedgerNode.until(() -> stored(subject) == 5);

        comeBack(this::losing);

        onlyOneMoreFits(subject);
    }

    @Test
    void what_a_node_was_told_and_had_not_copied_yet_stays_charged_too() {
        var subject = subject();
        charge(subject, WEEKLY, 3);
        LedgerNode.until(() -> stored(subject) == 3);
        redis.snapshot();
        charge(subject, WEEKLY, 2);

        comeBack(this::losing);

        onlyOneMoreFits(subject);
    }

    @Test
    void a_counter_that_was_never_copied_stays_charged_too() {
        var subject = subject();
        copies.refuse(subject);
        redis.snapshot();
        charge(subject, WEEKLY, 5);

        comeBack(this::losing);

        onlyOneMoreFits(subject);
    }

    /** The copy still has what came back meanwhile. */
    @Test
    void a_unit_that_came_back_just_before_a_restart_that_lost_nothing_stays_back() {
        var subject = subject();
        charge(subject, WEEKLY, 2);
        var receipt = node.charged(one(subject, WEEKLY)).receipt();
        LedgerNode.until(() -> stored(subject) == 3);
        node.run(() -> receipt.refund(line -> true));
        LedgerNode.until(() -> node.current(subject, WEEKLY) == 2);

        comeBack(redis::restartWhole);

        assertThat(node.current(subject, WEEKLY)).isEqualTo(2);
    }

    @Test
    void a_store_that_is_only_read_shows_what_was_charged_since() {
        var subject = subject();
        charge(subject, WEEKLY, 1);
        redis.snapshot();
        charge(subject, WEEKLY, 4);
        LedgerNode.until(() -> stored(subject) == 5);

        comeBack(this::losing);

        assertThat(node.current(subject, WEEKLY)).isEqualTo(5);
    }

    @Test
    void a_unit_that_comes_back_afterwards_comes_back() {
        var subject = subject();
        charge(subject, WEEKLY, 2);
        var receipt = node.charged(one(subject, WEEKLY)).receipt();
        LedgerNode.until(() -> stored(subject) == 3);

        comeBack(redis::restartWhole);
        node.run(() -> receipt.refund(line -> true));

        LedgerNode.until(() -> node.current(subject, WEEKLY) == 2);
    }

    @Test
    void what_a_lease_holds_comes_back_after_a_restart_that_lost_nothing() {
        var subject = subject();
        long admitted = lease(subject);

        comeBack(redis::restartWhole);

        LedgerNode.until(() -> leases() == 0);
        assertThat(admitted + admittedOfRest(subject)).isEqualTo(MANY.value());
        assertThat(forfeited()).isZero();
    }

    /** Nobody can give back what it held. What was granted since the last copy is lost with Redis's word for it. */
    @Test
    void a_lease_ends_with_what_redis_lost() {
        var subject = subject();
        charge(subject, MANY, 1);
        redis.snapshot();
        long admitted = 1 + lease(subject);
        while (stored(subject) <= 1) {
            node.charged(one(subject, MANY));
            node.on(node::pause);
            admitted++;
        }
        long lost = lose(subject);
        redis.restartOld();

        LedgerNode.until(() -> forfeited() > 0);
        assertThat(admitted + admittedOfRest(subject)).isLessThanOrEqualTo(MANY.value() + lost);
    }

    /** Stops Redis; how much of what it had charged is in no copy. */
    private long lose(Subject subject) {
        var lost = new AtomicLong();
        node.paused(() -> {
            try (var probe = new RedisProbe(redis.operatorUri())) {
                lost.set(probe.charged(subject, MANY) - stored(subject));
            }
            redis.stop();
        });
        return lost.get();
    }

    private void onlyOneMoreFits(Subject subject) {
        assertThat(node.admits(one(subject, WEEKLY))).isTrue();
        assertThat(node.admits(one(subject, WEEKLY))).isFalse();
    }

    private void losing() {
        redis.stop();
        redis.restartOld();
    }

    private void comeBack(Runnable how) {
        how.run();
        LedgerNode.until(() -> node.charge(one(subject(), WEEKLY)) instanceof ChargeResult.Charged);
    }

    private void charge(Subject subject, Limit limit, int times) {
        for (int i = 0; i < times; i++) {
            node.charged(one(subject, limit));
        }
    }

    private long lease(Subject subject) {
        node.awaitRecallable();
        long admitted = 0;
        while (leases() == 0) {
            node.charged(one(subject, MANY));
            admitted++;
        }
        node.settle(subject);
        return admitted;
    }

    private long admittedOfRest(Subject subject) {
        long admitted = 0;
        while (node.admits(one(subject, MANY))) {
            admitted++;
        }
        return admitted;
    }

    private double leases() {
        return node.meters.get(MetricNames.LEASES).gauge().value();
    }

    private double forfeited() {
        return node.meters.get(MetricNames.LEASE_UNITS_FORFEITED).counter().count();
    }

    private static long stored(Subject subject) {
        return copies.values(subject).stream().mapToLong(value -> value).sum();
    }
}
