package dev.tiergate.limits;

import static dev.tiergate.limits.Limits.limit;
import static dev.tiergate.limits.Limits.line;
import static dev.tiergate.limits.Limits.one;
import static dev.tiergate.limits.Limits.perUser;
import static dev.tiergate.limits.Limits.subject;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tiergate.fixtures.Redis;
import dev.tiergate.plugin.Grant;
import dev.tiergate.plugin.Limit;
import dev.tiergate.plugin.Limit.Window;
import dev.tiergate.telemetry.MetricNames;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.pgclient.PgBuilder;
import io.vertx.sqlclient.PoolOptions;
import io.vertx.sqlclient.Tuple;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Counters that outlive a Redis without a memory. */
class PostgresCountersIT {

    private static final Limit WEEKLY = limit("weekly", Window.WEEK, 6);
    private static final Limit TOTAL = limit("products", Window.TOTAL, 9);
    private static final Limit OWN = perUser("own", Window.MONTH, 5);

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
        redis = Redis.start();
        node = LedgerNode.open(redis.uri(), copies.durable);
    }

    @AfterEach
    void close() {
        node.close();
        redis.close();
    }

    @Test
    void a_redis_that_lost_everything_goes_on_where_the_copy_is() {
        var subject = subject(Limits.store(), "ann");
        node.charged(new ChargeRequest(subject, List.of(line(WEEKLY, 5), line(TOTAL, 7), line(OWN, 4))));
        LedgerNode.until(() -> copies.of(subject).size() == 3);

        redis.flush();

        assertThat(node.admits(one(subject, WEEKLY, TOTAL, OWN))).isTrue();
        assertThat(node.admits(one(subject, WEEKLY))).isFalse();
        assertThat(node.admits(one(subject, OWN))).isFalse();
        assertThat(node.current(subject, TOTAL)).isEqualTo(8);
        assertThat(node.current(subject(subject.store(), "bob"), OWN)).isZero();
    }

    /** Many times more than a gateway's pool takes at once. */
    @Test
    void stores_that_all_turn_cold_at_once_are_all_brought_back() {
        var limit = limit("twice", Window.DAY, 2);
        var subjects = Stream.generate(Limits::subject).limit(400).toList();
        var small = PgBuilder.pool()
                .with(new PoolOptions().setMaxSize(4).setMaxWaitQueueSize(100))
                .connectingTo(copies.url)
                .using(copies.vertx)
                .build();
        var durable = new PostgresCounters(small, CopiesInPostgres.PATIENT, new SimpleMeterRegistry());
        try (var busy = LedgerNode.open(redis.uri(), durable)) {
            assertThat(chargedAtOnce(busy, subjects, limit)).containsOnly(1L);
            LedgerNode.until(() ->
                    subjects.stream().allMatch(subject -> copies.values(subject).equals(List.of(1L))));
            redis.flush();
            assertThat(chargedAtOnce(busy, subjects, limit)).containsOnly(2L);
        }
        LedgerNode.await(small.close());
    }

    /** What each store's counter came to; -1 where that is not known. */
    private static List<Long> chargedAtOnce(LedgerNode node, List<Subject> subjects, Limit limit) {
        List<Future<ChargeResult>> all = new CopyOnWriteArrayList<>();
        node.on(() -> {
            subjects.forEach(subject -> all.add(node.ledger.charge(one(subject, limit))));
            return Future.all(all);
        });
        return all.stream()
                .map(charge -> charge.result()
                        .fold(charged -> charged.numbers().get(0).current(), over -> -1L, unavailable -> -1L))
                .toList();
    }

    @Test
    void a_negative_cost_counts_also_when_it_comes_first_after_all_was_lost() {
        var subject = subject();
        var products = limit("products", Window.TOTAL, 5);
        node.charged(new ChargeRequest(subject, List.of(line(products, 5))));
        LedgerNode.until(() -> copies.values(subject).equals(List.of(5L)));

        redis.flush();
        node.run(() -> node.ledger.giveBack(new ChargeRequest(subject, List.of(line(products, 2)))));

        LedgerNode.until(() -> copies.values(subject).equals(List.of(3L)));
        assertThat(node.current(subject, products)).isEqualTo(3);
    }

    @Test
    void what_is_spent_of_each_grant_outlives_redis() {
        var subject = subject();
        var end = Instant.now().plus(1, ChronoUnit.HOURS).truncatedTo(ChronoUnit.MILLIS);
        var credits = limit("credits", Window.CREDITS, 3)
                .withGrants(List.of(new Grant("1", 4, 0, null), new Grant("2", 5, 1, end)));
        node.charged(new ChargeRequest(subject, List.of(line(credits, 11))));
        LedgerNode.until(() -> copies.of(subject).size() == 3);

        redis.flush();

        assertThat(node.admits(new ChargeRequest(subject, List.of(line(credits, 2)))))
                .isFalse();
        assertThat(node.admits(one(subject, credits))).isTrue();
        assertThat(node.admits(one(subject, credits))).isFalse();
        var usage = node.on(() -> node.ledger.read(subject, List.of(credits))).get(0);
        assertThat(usage.grants()).extracting(GrantUse::spent).containsExactly(4L, 5L, 3L);
    }

    @Test
    void a_node_that_leaves_copies_what_it_counted() {
        var subject = subject();
        try (var leaving = LedgerNode.open(redis.uri(), copies.durable)) {
            leaving.charged(new ChargeRequest(subject, List.of(line(WEEKLY, 3))));
        }
        assertThat(copies.of(subject)).extracting(CounterCopy::value).containsExactly(3L);
    }

    @Test
    void what_was_given_back_is_copied_too() {
        var subject = subject();
        var charged = node.charged(new ChargeRequest(subject, List.of(line(WEEKLY, 5))));
        LedgerNode.until(() -> copies.values(subject).equals(List.of(5L)));
        node.run(() -> charged.receipt().refund(line -> true));
        LedgerNode.until(() -> copies.values(subject).equals(List.of(0L)));
    }

    @Test
    void leases_of_a_redis_that_lost_them_are_void_and_nothing_is_admitted_twice() {
        var subject = subject();
        var limit = limit("hundred", Window.DAY, 100);
        node.awaitRecallable();
        int admitted = 0;
        while (node.charge(one(subject, limit)) instanceof ChargeResult.Charged && admitted < 30) {
            admitted++;
        }
        // with what is held in advance: a grant that is younger than the copy could be spent once more
        var probe = new RedisProbe(redis.operatorUri());
        LedgerNode.until(() -> copies.values(subject).equals(List.of(probe.charged(subject, limit))));
        probe.close();

        redis.flush();
        while (node.admits(one(subject, limit))) {
            admitted++;
        }

        assertThat(admitted).isBetween(30, 100);
    }

    @Test
    void shadow_counters_and_slots_are_not_copied() {
        var store = Limits.store();
        var shadow = new Subject(store, null, true);
        var plain = subject(store, null);
        node.charged(one(shadow, WEEKLY));
        node.charged(one(plain, limit("parallel", Window.CONCURRENT, 3), WEEKLY));

        LedgerNode.until(() -> !copies.of(plain).isEmpty());
        assertThat(copies.of(plain)).extracting(CounterCopy::limit).containsExactly("weekly");
        assertThat(copies.values(plain)).containsExactly(1L);
    }

    @Test
    void what_was_only_read_is_not_copied() {
        var subject = subject();
        assertThat(node.current(subject, TOTAL)).isZero();
        node.charged(one(subject, WEEKLY));

        LedgerNode.until(() -> !copies.of(subject).isEmpty());
        assertThat(copies.of(subject)).extracting(CounterCopy::limit).containsExactly("weekly");
    }

    @Test
    void without_the_copy_a_cold_store_is_not_counted_from_nothing() {
        var away = new AtomicBoolean(true);
        var sometimes = new DurableCounters() {
            @Override
            public Future<Stored> load(String store) {
                return away.get() ? Future.failedFuture("away") : copies.durable.load(store);
            }

            @Override
            public Duration deadline() {
                return copies.durable.deadline();
            }

            @Override
            public Future<Void> save(List<CounterCopy> rows) {
                return copies.durable.save(rows);
            }
        };
        var subject = subject();
        try (var other = LedgerNode.open(redis.uri(), sometimes)) {
            assertThat(other.charge(one(subject, WEEKLY))).isInstanceOf(ChargeResult.Unavailable.class);
            away.set(false);
            assertThat(other.admits(one(subject, WEEKLY))).isTrue();
        }
    }

    @Test
    void a_copy_is_replaced_by_a_later_one_only() {
        var copy = copy("later", 3, 7);
        save(copy);
        save(copy(copy, 2, 3, 6));
        save(copy(copy, 2, 3, 7));
        save(copy(copy, 9, 2, 8));
        assertThat(load(copy).value()).isEqualTo(copy.value());
        save(copy(copy, 5, 3, 8));
        assertThat(load(copy).value()).isEqualTo(5);
        save(copy(copy, 4, 4, 1));
        assertThat(load(copy).value()).isEqualTo(4);
    }

    @Test
    void what_postgres_does_not_take_is_a_failure_and_is_counted() {
        var meters = new SimpleMeterRegistry();
        var failures = meters.counter(MetricNames.USAGE_COPY_FAILURES);
        var nowhere = PgBuilder.pool()
                .connectingTo("postgresql://127.0.0.1:1/none")
                .using(copies.vertx)
                .build();
        var away = new PostgresCounters(nowhere, CopiesInPostgres.PATIENT, meters);
        assertThat(LedgerNode.await(away.save(List.of(copy("away", 1, 1))).transform(Future::succeededFuture))
                        .failed())
                .isTrue();
        assertThat(failures.count()).isEqualTo(1);
        LedgerNode.await(nowhere.close());
    }

    @Test
    void a_window_is_brought_back_that_may_go_on_by_the_clock_of_redis() {
        save(ended("skewed", 290));
        assertThat(copies.of("skewed")).hasSize(1);
    }

    @Test
    void a_window_that_is_over_is_not_brought_back() {
        save(ended("ended", 310));
        assertThat(copies.of("ended")).isEmpty();
    }

    @Test
    void a_node_deletes_old_windows_all_of_them() {
        var now = Instant.now().truncatedTo(ChronoUnit.SECONDS);
        for (int i = 0; i < 3; i++) {
            save(new CounterCopy(
                    "old",
                    null,
                    null,
                    "daily" + i,
                    new WindowSpan(now.minusSeconds(200), now.minusSeconds(100)),
                    5,
                    1,
                    1));
        }
        assertThat(LedgerNode.await(UsagePurge.parts(copies.pool, Duration.ofSeconds(110), 0)))
                .isZero();
        assertThat(LedgerNode.await(UsagePurge.parts(copies.pool, Duration.ofSeconds(90), 0)))
                .isEqualTo(3);
    }

    @Test
    void the_timer_deletes_them_and_those_that_are_old_by_the_next_time() {
        var timers = Vertx.vertx();
        var own = PgBuilder.pool().connectingTo(copies.url).using(timers).build();
        UsagePurge.each(timers, own, Duration.ofSeconds(90), Duration.ofMillis(100));
        save(ended("young", 80));
        for (int i = 0; i < 3; i++) {
            save(ended("timed", 100));
            LedgerNode.until(() -> rows("timed") == 0);
        }
        assertThat(rows("young")).isEqualTo(1);
        LedgerNode.await(own.close());
        LedgerNode.await(timers.close());
    }

    private static CounterCopy ended(String store, long secondsAgo) {
        var end = Instant.now().truncatedTo(ChronoUnit.SECONDS).minusSeconds(secondsAgo);
        return new CounterCopy(store, null, null, "daily", new WindowSpan(end.minusSeconds(100), end), 5, 1, 1);
    }

    private static long rows(String store) {
        return LedgerNode.await(copies.pool
                        .preparedQuery("SELECT count(*) FROM usage_counters WHERE store = $1")
                        .execute(Tuple.of(store)))
                .iterator()
                .next()
                .getLong(0);
    }

    @Test
    void each_epoch_is_higher_than_all_before() {
        long first = LedgerNode.await(copies.durable.load("anybody")).epoch();
        assertThat(LedgerNode.await(copies.durable.load("somebody")).epoch()).isGreaterThan(first);
    }

    private static CounterCopy copy(String store, long epoch, long version) {
        var start = Instant.now().truncatedTo(ChronoUnit.DAYS);
        return new CounterCopy(
                store, null, null, "weekly", new WindowSpan(start, start.plus(7, ChronoUnit.DAYS)), 1, epoch, version);
    }

    private static CounterCopy copy(CounterCopy same, long value, long epoch, long version) {
        return new CounterCopy(
                same.store(), same.user(), same.grant(), same.limit(), same.span(), value, epoch, version);
    }

    private static void save(CounterCopy copy) {
        LedgerNode.await(copies.durable.save(List.of(copy)));
    }

    private static CounterCopy load(CounterCopy same) {
        return copies.of(same.store()).get(0);
    }
}
