package dev.tiergate.limits;

import static dev.tiergate.limits.Limits.limit;
import static dev.tiergate.limits.Limits.line;
import static dev.tiergate.limits.Limits.one;
import static dev.tiergate.limits.Limits.perUser;
import static dev.tiergate.limits.Limits.subject;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tiergate.plugin.Limit;
import dev.tiergate.plugin.Limit.Window;
import dev.tiergate.plugin.StoreRef;
import dev.tiergate.routes.Route.Charge.On;
import io.vertx.core.Future;
import io.vertx.redis.client.Command;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What the ledger promises, on a real Redis. When windows begin and end: {@link LedgerWindowsIT}. */
class RedisUsageLedgerIT extends LedgerScene {

    @ParameterizedTest
    @EnumSource(value = Window.class, names = "CONCURRENT", mode = EnumSource.Mode.EXCLUDE)
    void a_count_that_is_put_right_binds_the_next_charge(Window window) {
        var limit = limit("a", window, 3);
        var subject = subject();
        node.charged(one(subject, limit));

        assertThat(node.on(() -> node.ledger.put(subject, limit, 2)).current()).isEqualTo(1);
        assertThat(node.admits(one(subject, limit))).isTrue();
        assertThat(node.admits(one(subject, limit))).isFalse();
        assertThat(node.on(() -> node.ledger.put(subject, limit, 9)).current()).isEqualTo(3);
        assertThat(node.current(subject, limit)).isEqualTo(9);
        node.on(() -> node.ledger.put(subject, limit, 0));
        assertThat(node.charged(one(subject, limit)).numbers().get(0).current()).isEqualTo(1);
    }

    @ParameterizedTest
    @EnumSource(Window.class)
    void the_last_unit_is_admitted_and_the_next_is_not(Window window) {
        var limit = limit("a", window, 3);
        var subject = subject();

        assertThat(node.charged(one(subject, limit)).numbers().get(0).current()).isEqualTo(1);
        assertThat(node.charged(one(subject, limit)).numbers().get(0).remaining())
                .isEqualTo(1);
        assertThat(node.admits(one(subject, limit))).isTrue();
        assertThat(node.admits(one(subject, limit))).isFalse();
        assertThat(node.current(subject, limit)).isEqualTo(3);
    }

    @Test
    void a_limit_of_zero_admits_nothing_and_leaves_no_key() {
        var subject = subject();

        assertThat(node.admits(one(subject, limit("none", Window.DAY, 0)))).isFalse();
        assertThat(probe.dump(subject)).isEmpty();
    }

    @Test
    void unlimited_use_is_counted_too() {
        var subject = subject();
        var unlimited = limit("orders", Window.MONTH, Limit.UNLIMITED);
        node.charged(one(subject, unlimited));
        node.charged(one(subject, unlimited));

        assertThat(node.current(subject, unlimited)).isEqualTo(2);
        assertThat(node.admits(one(subject, limit("orders", Window.MONTH, 2)))).isFalse();
    }

    @ParameterizedTest
    @EnumSource(Window.class)
    void denied_is_free(Window full) {
        var subject = subject();
        var open = limit("open", Window.DAY, 100);
        var bound = limit("bound", full, 1);
        node.charged(one(subject, bound, open));
        Map<String, String> before = probe.dump(subject);

        for (int i = 0; i < 5; i++) {
            assertThat(node.admits(one(subject, open, bound))).isFalse();
            assertThat(node.admits(one(subject, bound, open))).isFalse();
        }

        assertThat(probe.dump(subject)).isEqualTo(before).hasSize(2);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2})
    void three_limits_are_charged_together_or_not_at_all(int full) {
        var subject = subject();
        List<Limit> limits = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            limits.add(limit("l" + i, Window.values()[i], i == full ? 2 : 10));
        }
        var request = one(subject, limits.toArray(Limit[]::new));
        node.charged(request);
        node.charged(request);

        var result = node.charge(request);

        assertThat(result).isInstanceOf(ChargeResult.Over.class);
        assertThat(((ChargeResult.Over) result).line()).isEqualTo(full);
        assertThat(((ChargeResult.Over) result).numbers())
                .extracting(Usage::current)
                .containsExactly(2L, 2L, 2L);
        limits.forEach(limit -> assertThat(node.current(subject, limit)).isEqualTo(2));
    }

    @Test
    void a_limit_named_twice_is_added_up_before_it_is_compared() {
        var subject = subject();
        var limit = limit("twice", Window.DAY, 3);
        var twice = new ChargeRequest(subject, List.of(line(limit, 1), line(limit, 2)));

        assertThat(node.admits(twice)).isTrue();
        assertThat(node.current(subject, limit)).isEqualTo(3);
        assertThat(node.admits(twice)).isFalse();
    }

    @Test
    void a_cost_above_what_is_left_is_refused_and_a_smaller_one_still_fits() {
        var subject = subject();
        var limit = limit("daily", Window.DAY, 10);

        assertThat(node.admits(new ChargeRequest(subject, List.of(line(limit, 8)))))
                .isTrue();
        assertThat(node.admits(new ChargeRequest(subject, List.of(line(limit, 3)))))
                .isFalse();
        assertThat(node.admits(new ChargeRequest(subject, List.of(line(limit, 2)))))
                .isTrue();
    }

    @Test
    void a_lower_tier_keeps_the_count_and_refuses_what_is_over_it() {
        var subject = subject();
        node.charged(new ChargeRequest(subject, List.of(line(limit("orders", Window.MONTH, 500), 250))));

        var result = (ChargeResult.Over) node.charge(one(subject, limit("orders", Window.MONTH, 100)));

        assertThat(result.numbers().get(0).current()).isEqualTo(250);
        assertThat(result.numbers().get(0).remaining()).isZero();
    }

    @Test
    void stores_and_users_count_apart_and_a_store_limit_counts_its_users_together() {
        StoreRef store = Limits.store();
        var a = subject(store, "a:u:b {x}");
        var b = subject(store, "b");
        var own = perUser("own", Window.DAY, 1);
        var shared = limit("shared", Window.DAY, 3);

        assertThat(node.admits(one(a, own, shared))).isTrue();
        assertThat(node.admits(one(a, own, shared))).isFalse();
        assertThat(node.admits(one(b, own, shared))).isTrue();
        assertThat(node.current(a, shared)).isEqualTo(2);
        assertThat(node.current(b, own)).isEqualTo(1);
        assertThat(node.current(subject(Limits.store(), "a:u:b {x}"), own)).isZero();
    }

    @Test
    void shadow_counts_apart_in_the_same_slot() {
        var real = subject();
        var shadow = new Subject(real.store(), null, true);
        var limit = limit("daily", Window.DAY, 1);

        assertThat(node.admits(one(shadow, limit))).isTrue();
        assertThat(node.admits(one(shadow, limit))).isFalse();
        assertThat(node.admits(one(real, limit))).isTrue();
        assertThat(probe.dump(real).keySet())
                .anyMatch(key -> key.startsWith("tg:{" + real.store().externalId() + "}:daily:"))
                .anyMatch(key -> key.startsWith("tg:s:{" + real.store().externalId() + "}:daily:"));
    }

    @Test
    void keys_name_their_window_and_expire_after_it() {
        var subject = subject(Limits.store(), "u1");
        var charged = node.charged(one(subject, limit("daily", Window.DAY, 9), perUser("mine", Window.HOUR, 9)));
        for (Usage usage : charged.numbers()) {
            boolean mine = usage.limit().scope() == Limit.Scope.USER;
            String key = "tg:{" + subject.store().externalId() + "}:"
                    + usage.limit().code() + ':' + usage.span().start().getEpochSecond() + (mine ? ":u:u1" : "");

            assertThat(probe.charged(key)).isEqualTo(1);
            long expires = probe.millis() + probe.millisToLive(key);
            assertThat(expires)
                    .isBetween(
                            usage.span().end().toEpochMilli(),
                            usage.span().end().toEpochMilli() + 3_700_000);
        }
    }

    @Test
    void a_level_never_expires() {
        var subject = subject();
        node.charged(one(subject, limit("products", Window.TOTAL, 9)));

        assertThat(probe.millisToLive("tg:{" + subject.store().externalId() + "}:products:total"))
                .isEqualTo(-1);
    }

    @Test
    void refunds_leave_the_counter_exact_and_are_made_at_most_once() {
        var subject = subject();
        var limit = limit("daily", Window.DAY, 5);
        var first = node.charged(one(subject, limit));
        node.charged(one(subject, limit));

        node.run(() -> {
            first.receipt().refund(line -> true);
            first.receipt().refund(line -> true);
            first.receipt().release();
        });
        assertThat(node.current(subject, limit)).isEqualTo(1);
    }

    @Test
    void only_the_lines_that_match_are_refunded() {
        var subject = subject();
        var attempt = limit("attempt", Window.DAY, 5);
        var success = limit("success", Window.DAY, 5);
        var charged = node.charged(new ChargeRequest(
                subject,
                List.of(
                        new ChargeRequest.Line(attempt, 1, On.ATTEMPT),
                        new ChargeRequest.Line(success, 2, On.SUCCESS))));

        node.run(() -> charged.receipt().refund(line -> line.on() == On.SUCCESS));

        assertThat(node.current(subject, attempt)).isEqualTo(1);
        assertThat(node.current(subject, success)).isZero();
    }

    @Test
    void giving_back_stops_at_zero() {
        var subject = subject();
        var products = limit("products", Window.TOTAL, 5);
        node.charged(new ChargeRequest(subject, List.of(line(products, 2))));

        node.run(() -> node.ledger.giveBack(new ChargeRequest(subject, List.of(line(products, 1)))));
        assertThat(node.current(subject, products)).isEqualTo(1);
        node.run(() -> node.ledger.giveBack(new ChargeRequest(subject, List.of(line(products, 5)))));
        assertThat(node.current(subject, products)).isZero();
        node.run(() -> node.ledger.giveBack(one(subject, products)));
        assertThat(node.current(subject, products)).isZero();
        assertThat(node.current(subject, limit("never", Window.TOTAL, 5))).isZero();
    }

    @Test
    void a_slot_is_free_again_when_its_exchange_ends() {
        var subject = subject();
        var parallel = limit("parallel", Window.CONCURRENT, 2);
        var first = node.charged(one(subject, parallel));
        node.charged(one(subject, parallel));
        assertThat(node.admits(one(subject, parallel))).isFalse();

        node.run(() -> first.receipt().refund(line -> true));
        assertThat(node.current(subject, parallel)).isEqualTo(2);
        node.run(() -> first.receipt().release());
        assertThat(node.current(subject, parallel)).isEqualTo(1);
        node.run(() -> first.receipt().release());
        assertThat(node.admits(one(subject, parallel))).isTrue();
        assertThat(node.admits(one(subject, parallel))).isFalse();
    }

    @Test
    void a_slot_that_nobody_renews_is_free_after_its_time() {
        var subject = subject();
        var parallel = limit("parallel", Window.CONCURRENT, 1);
        String key = "tg:{" + subject.store().externalId() + "}:parallel:concurrent";
        long now = probe.millis();
        probe.ask(Command.ZADD, key, String.valueOf(now - 1), "gone:1");
        assertThat(node.current(subject, parallel)).isZero();
        probe.ask(Command.ZADD, key, String.valueOf(now + 60_000), "other:1");
        assertThat(node.admits(one(subject, parallel))).isFalse();

        probe.ask(Command.ZREM, key, "other:1");
        assertThat(node.admits(one(subject, parallel))).isTrue();
        assertThat(probe.ask(Command.ZCARD, key).toLong()).isEqualTo(1);
        assertThat(probe.millisToLive(key)).isBetween(1L, 15_000L);
    }

    @Test
    void reading_never_charges_and_shows_what_charging_showed() {
        var subject = subject();
        var daily = limit("daily", Window.DAY, 5);
        var products = limit("products", Window.TOTAL, 5);
        var charged = node.charged(one(subject, daily, products));
        Map<String, String> before = probe.dump(subject);

        List<Usage> read = node.on(() -> node.ledger.read(subject, List.of(daily, products)));

        assertThat(read).extracting(Usage::current).containsExactly(1L, 1L);
        assertThat(read.get(0).span()).isEqualTo(charged.numbers().get(0).span());
        assertThat(read.get(1).resetsAt()).isEmpty();
        assertThat(probe.dump(subject)).isEqualTo(before);
    }

    @Test
    void reading_without_a_user_leaves_the_users_limits_out() {
        var subject = subject();

        assertThat(node.on(() -> node.ledger.read(
                        subject, List.of(perUser("own", Window.DAY, 1), limit("daily", Window.DAY, 1)))))
                .extracting(usage -> usage.limit().code())
                .containsExactly("daily");
        assertThat(node.on(() -> node.ledger.read(subject, List.of(perUser("own", Window.DAY, 1)))))
                .isEmpty();
    }

    @Test
    void a_lost_script_is_loaded_again_without_a_failure() {
        var subject = subject();
        var limit = limit("daily", Window.DAY, 1_000);
        node.charged(one(subject, limit));
        probe.ask(Command.SCRIPT, "FLUSH");

        List<Future<ChargeResult>> all = new ArrayList<>();
        node.run(() -> {
            for (int i = 0; i < 50; i++) {
                all.add(node.ledger.charge(one(subject, limit)));
            }
        });

        all.forEach(result -> assertThat(LedgerNode.await(result)).isInstanceOf(ChargeResult.Charged.class));
        assertThat(node.current(subject, limit)).isEqualTo(51);
    }
}
