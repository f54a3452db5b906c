package dev.tiergate.limits;

import static dev.tiergate.limits.Limits.limit;
import static dev.tiergate.limits.Limits.line;
import static dev.tiergate.limits.Limits.one;
import static dev.tiergate.limits.Limits.subject;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tiergate.fixtures.Redis;
import dev.tiergate.plugin.Grant;
import dev.tiergate.plugin.Limit.Window;
import dev.tiergate.plugin.StoreRef;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** For how long what was spent of a grant is brought back to a Redis that lost it. */
class GrantCountersIT {

    private static final long AMOUNT = 5;
    private static final String ALMOST = "interval '29 days 23 hours 59 minutes'";
    private static final String OVER = "interval '30 days 1 minute'";

    private static CopiesInPostgres copies;

    @BeforeAll
    static void migrate() throws Exception {
        copies = new CopiesInPostgres();
        sql("INSERT INTO limits (code, name, \"window\") VALUES ('credits', 'Credits', 'credits')");
    }

    @AfterAll
    static void end() {
        copies.close();
    }

    @Test
    void one_that_is_spent_is_forgotten_after_thirty_days() {
        var store = store();
        age(grant(store, "almost", AMOUNT), ALMOST);
        age(grant(store, "over", AMOUNT), OVER);
        assertThat(loaded(store)).containsExactly("almost");
    }

    @Test
    void one_with_a_unit_left_is_never_forgotten() {
        var store = store();
        age(grant(store, "left", AMOUNT - 1), "interval '10 years'");
        assertThat(loaded(store)).containsExactly("left");
    }

    @Test
    void one_that_is_revoked_is_forgotten_after_thirty_days_whatever_was_left() {
        var store = store();
        revoke(grant(store, "almost", 1), ALMOST);
        revoke(grant(store, "over", 1), OVER);
        assertThat(loaded(store)).containsExactly("almost");
    }

    @Test
    void another_counter_of_the_same_store_is_not_mistaken_for_a_grant() {
        var store = store();
        var id = grant(store, "over", AMOUNT);
        age(id, OVER);
        count(store, "user", id, AMOUNT);
        age(id, OVER);
        assertThat(copies.of(store.externalId())).extracting(CounterCopy::user).containsExactly(id);
    }

    @Test
    void a_refund_finds_one_that_is_not_forgotten_though_redis_lost_it() {
        var store = store();
        var id = grant(store, "refunded", 0);
        var credits = limit("credits", Window.CREDITS, 0).withGrants(List.of(new Grant(id, AMOUNT, 0, null)));
        var subject = subject(store, null);
        try (var redis = Redis.start();
                var node = LedgerNode.open(redis.uri(), copies.durable)) {
            var charged = node.charged(new ChargeRequest(subject, List.of(line(credits, AMOUNT))));
            LedgerNode.until(() -> spent(store).equals(List.of(AMOUNT)));
            age(id, ALMOST);
            redis.flush();
            assertThat(node.admits(one(subject, credits))).isFalse();

            node.run(() -> charged.receipt().refund(line -> true));

            LedgerNode.until(() -> spent(store).equals(List.of(0L)));
            assertThat(node.admits(new ChargeRequest(subject, List.of(line(credits, AMOUNT)))))
                    .isTrue();
        }
    }

    /** A store that PostgreSQL knows. */
    private static StoreRef store() {
        var store = Limits.store();
        sql("INSERT INTO stores (external_id, code, name, tier_code) VALUES ('%1$s', '%1$s', 'Store', 'business')"
                .formatted(store.externalId()));
        return store;
    }

    /** Of {@link #AMOUNT}. @return its id */
    private static String grant(StoreRef store, String reference, long spent) {
        sql("INSERT INTO credit_grants (store_id, limit_code, reference, amount) "
                + "SELECT id, 'credits', '%s', %d FROM stores WHERE external_id = '%s'"
                        .formatted(reference, AMOUNT, store.externalId()));
        var id = sql("SELECT max(id) AS id FROM credit_grants")
                .iterator()
                .next()
                .getLong("id")
                .toString();
        count(store, "grant", id, spent);
        return id;
    }

    private static void count(StoreRef store, String scope, String subject, long value) {
        sql("INSERT INTO usage_counters (store, scope, subject, limit_code, window_start, value) "
                + "VALUES ('%s', '%s', '%s', 'credits', 'epoch', %d)"
                        .formatted(store.externalId(), scope, subject, value));
    }

    /** As if it had changed last so long ago. */
    private static void age(String grant, String age) {
        sql("UPDATE usage_counters SET updated_at = now() - %s WHERE subject = '%s'".formatted(age, grant));
    }

    private static void revoke(String grant, String age) {
        sql("UPDATE credit_grants SET revoked_at = now() - %s WHERE id = %s".formatted(age, grant));
    }

    private static RowSet<Row> sql(String statement) {
        return LedgerNode.await(copies.pool.query(statement).execute());
    }

    /** References of the grants whose counters are brought back. */
    private static List<String> loaded(StoreRef store) {
        return copies.of(store.externalId()).stream()
                .map(CounterCopy::grant)
                .map(id -> sql("SELECT reference FROM credit_grants WHERE id = " + id)
                        .iterator()
                        .next()
                        .getString("reference"))
                .toList();
    }

    private static List<Long> spent(StoreRef store) {
        return copies.of(store.externalId()).stream()
                .filter(copy -> copy.grant() != null)
                .map(CounterCopy::value)
                .toList();
    }
}
