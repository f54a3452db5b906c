package dev.tiergate.limits;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tiergate.fixtures.Ports;
import dev.tiergate.fixtures.Redis;
import dev.tiergate.limits.KeyClaim.Kind;
import dev.tiergate.plugin.Limit;
import io.vertx.core.Future;
import io.vertx.redis.client.Command;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Keys as two nodes have them in one Redis. */
class RedisIdempotencyKeysIT {

    private static final Duration FLIGHT = Duration.ofSeconds(39);
    private static final long DAY_MILLIS = 86_400_000;
    private static final AtomicLong REQUESTS = new AtomicLong();

    private static LedgerNode node;
    private static LedgerNode other;
    private static RedisProbe probe;

    private final String place = "tg:{" + Limits.store().externalId() + "}:idem:place";

    @BeforeAll
    static void open() {
        var uri = Redis.shared().uri();
        node = LedgerNode.open(uri);
        other = LedgerNode.open(uri);
        probe = new RedisProbe(Redis.shared().operatorUri());
    }

    @AfterAll
    static void close() {
        probe.close();
        other.close();
        node.close();
    }

    @Test
    void the_third_repeat_is_free_and_the_fourth_is_charged_and_pays_for_three_more() {
        keep(node, claim(node, "a"), null);
        for (int round = 0; round < 2; round++) {
            for (int repeat = 1; repeat <= 3; repeat++) {
                assertThat(claim(repeat == 2 ? other : node, "a").kind()).isEqualTo(Kind.REPEAT);
            }
            KeyClaim fourth = claim(other, "a");
            assertThat(fourth.kind()).isEqualTo(Kind.AS_NEW);
            assertThat(claim(node, "a").kind()).isEqualTo(Kind.IN_FLIGHT);
            keep(other, fourth, null);
        }
    }

    @Test
    void other_content_is_told_apart_in_flight_and_afterwards() {
        KeyClaim first = claim(node, "a");
        assertThat(claim(other, "b").kind()).isEqualTo(Kind.OTHER_CONTENT);
        keep(node, first, null);
        assertThat(claim(other, "b").kind()).isEqualTo(Kind.OTHER_CONTENT);
        assertThat(claim(other, "a").kind()).isEqualTo(Kind.REPEAT);
    }

    @Test
    void of_fifty_at_once_one_is_the_first() {
        List<Future<KeyClaim>> claims = new ArrayList<>();
        for (int i = 0; i < 50; i++) {
            var by = i % 2 == 0 ? node : other;
            claims.add(by.start(() -> by.ledger.idempotencyKeys().claim(request("a"), FLIGHT)));
        }

        List<Kind> kinds =
                claims.stream().map(claim -> LedgerNode.await(claim).kind()).toList();

        assertThat(kinds).containsOnlyOnce(Kind.FIRST);
        assertThat(kinds.stream().filter(kind -> kind == Kind.IN_FLIGHT)).hasSize(49);
    }

    @Test
    void what_became_of_a_request_is_recorded_when_redis_knows_it() {
        KeyHold first = claim(node, "a").hold();
        assertThat(first.recorded().isComplete()).isTrue();
        LedgerNode.await(node.start(() -> {
            first.keep(null);
            return first.recorded();
        }));
        assertThat(claim(other, "a").kind()).isEqualTo(Kind.REPEAT);
    }

    @Test
    void a_redis_that_hangs_holds_no_answer_back_for_longer_than_the_deadline() {
        try (var redis = Redis.embedded();
                var hung = LedgerNode.open(redis.uri())) {
            KeyHold first = claim(hung, "a").hold();
            redis.pause();
            LedgerNode.await(hung.start(() -> {
                first.drop();
                return first.recorded();
            }));
            redis.resume();
        }
    }

    @Test
    void what_is_dropped_was_never_there() {
        drop(node, claim(node, "a"));
        assertThat(claim(other, "b").kind()).isEqualTo(Kind.FIRST);
    }

    @Test
    void a_repeat_that_was_not_let_through_does_not_count() {
        keep(node, claim(node, "a"), null);
        for (int i = 0; i < 5; i++) {
            KeyClaim repeat = claim(node, "a");
            assertThat(repeat.kind()).isEqualTo(Kind.REPEAT);
            drop(node, repeat);
        }
    }

    @Test
    void who_is_not_the_owner_any_more_changes_nothing() {
        KeyClaim first = claim(node, "a");
        set("till", probe.millis());
        KeyClaim second = claim(other, "b");
        assertThat(second.kind()).isEqualTo(Kind.FIRST);

        keep(node, first, null);
        drop(node, first);

        assertThat(claim(node, "b").kind()).isEqualTo(Kind.IN_FLIGHT);
    }

    @Test
    void what_was_kept_is_not_dropped_nor_kept_again() {
        KeyClaim first = claim(node, "a");
        keep(node, first, null);
        drop(node, first);
        keep(node, first, Instant.ofEpochMilli(1));
        assertThat(claim(node, "a").kind()).isEqualTo(Kind.REPEAT);
    }

    @Test
    void a_repeat_is_free_before_the_windows_end_and_charged_at_it() {
        keep(node, claim(node, "a"), Instant.ofEpochMilli(probe.millis() + 60_000));
        assertThat(claim(node, "a").kind()).isEqualTo(Kind.REPEAT);
        assertThat(probe.millisToLive(place)).isBetween(1L, 60_000L);

        set("till", probe.millis());
        assertThat(claim(node, "a").kind()).isEqualTo(Kind.FIRST);
    }

    @Test
    void a_window_that_ended_before_the_answer_pays_for_no_repeat() {
        keep(node, claim(node, "a"), Instant.ofEpochMilli(probe.millis()));
        assertThat(claim(node, "a").kind()).isEqualTo(Kind.FIRST);
    }

    @Test
    void a_key_lives_a_day_from_its_claim_at_most() {
        keep(node, claim(node, "a"), null);
        assertThat(probe.millisToLive(place)).isBetween(DAY_MILLIS - 60_000, DAY_MILLIS);
    }

    @Test
    void a_request_that_took_a_day_pays_for_no_repeat() {
        KeyClaim first = claim(node, "a");
        set("began", probe.millis() - DAY_MILLIS);
        keep(node, first, Instant.ofEpochMilli(probe.millis() + 2 * DAY_MILLIS));
        assertThat(claim(node, "a").kind()).isEqualTo(Kind.FIRST);
    }

    @Test
    void a_node_that_dies_in_mid_flight_holds_the_key_no_longer_than_a_request_takes() {
        claim(node, "a");
        assertThat(probe.millisToLive(place)).isBetween(1L, FLIGHT.toMillis());
        set("till", probe.millis() + 60_000);
        assertThat(claim(other, "a").kind()).isEqualTo(Kind.IN_FLIGHT);
        set("till", probe.millis());
        assertThat(claim(other, "a").kind()).isEqualTo(Kind.FIRST);
    }

    @Test
    void a_redis_that_lost_its_scripts_is_told_both_again() {
        claim(node, "a");
        probe.ask(Command.SCRIPT, "FLUSH");
        assertThat(claim(node, "a").kind()).isEqualTo(Kind.IN_FLIGHT);

        var subject = Limits.subject();
        var limit = Limits.limit("daily", Limit.Window.DAY, 9);
        probe.ask(Command.SCRIPT, "FLUSH");
        assertThat(node.admits(Limits.one(subject, limit))).isTrue();
        assertThat(claim(other, "b").kind()).isEqualTo(Kind.OTHER_CONTENT);
        assertThat(other.current(subject, limit)).isOne();
    }

    @Test
    void where_redis_is_away_nobody_knows() {
        try (var alone = LedgerNode.begin("redis://127.0.0.1:" + Ports.free(), LedgerNode.PATIENT)) {
            assertThat(claim(alone, "a").kind()).isEqualTo(Kind.UNAVAILABLE);
        }
    }

    @Test
    void a_claim_that_redis_reads_too_late_takes_nothing() {
        var hasty = LinkSettings.DEFAULT.withDeadline(Duration.ofMillis(1));
        try (var late = LedgerNode.open(Redis.shared().uri(), hasty)) {
            probe.ask(Command.CLIENT, "PAUSE", "200", "WRITE");
            assertThat(claim(late, "a").kind()).isEqualTo(Kind.UNAVAILABLE);
            assertThat(claim(node, "a").kind()).isEqualTo(Kind.FIRST);
        }
    }

    private KeyedRequest request(String print) {
        return new KeyedRequest(place, "request-" + REQUESTS.incrementAndGet(), print);
    }

    private KeyClaim claim(LedgerNode by, String print) {
        return by.on(() -> by.ledger.idempotencyKeys().claim(request(print), FLIGHT));
    }

    /** On the loop that has the claim; the answer to a later command is the proof that this one was carried out. */
    private static void keep(LedgerNode by, KeyClaim claim, @Nullable Instant end) {
        by.run(() -> claim.hold().keep(end));
        by.settle(Limits.subject());
    }

    private static void drop(LedgerNode by, KeyClaim claim) {
        by.run(() -> claim.hold().drop());
        by.settle(Limits.subject());
    }

    private void set(String field, long value) {
        probe.ask(Command.HSET, place, field, Long.toString(value));
    }
}
