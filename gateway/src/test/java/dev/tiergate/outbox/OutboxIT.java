package dev.tiergate.outbox;

import static dev.tiergate.outbox.OutboxScene.END;
import static dev.tiergate.outbox.OutboxScene.NOW;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tiergate.outbox.Outbox.Claimed;
import dev.tiergate.outbox.Outbox.Entry;
import dev.tiergate.plugin.Event;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The table, statement by statement, on a real PostgreSQL. */
class OutboxIT {

    private static final Duration LONG = Duration.ofHours(1);
    private static final Duration DAY = Duration.ofDays(1);

    private final OutboxScene scene = new OutboxScene();
    private final Outbox outbox = scene.outbox();

    @AfterEach
    void close() {
        scene.close();
    }

    private static Entry entry(String sink, String id) {
        return entry(sink, id, END);
    }

    private static Entry entry(String sink, String id, Instant windowEnd) {
        Map<String, Object> data = Map.of("limit_type", "orders", "current", 80);
        return new Entry(sink, new Event(id, Event.Type.LIMIT_APPROACHING, NOW, "42", data), windowEnd);
    }

    private void write(Entry... entries) {
        scene.await(outbox.write(List.of(entries)));
    }

    private List<Claimed> claim(Duration lease) {
        return scene.await(outbox.claim("crm", 10, lease));
    }

    @Test
    void an_event_comes_out_as_it_went_in() {
        write(entry("crm", "a"));
        var claimed = claim(LONG);
        assertThat(claimed).hasSize(1);
        assertThat(claimed.get(0).event()).isEqualTo(entry("crm", "a").event());
        assertThat(claimed.get(0).attempts()).isEqualTo(1);
    }

    @Test
    void an_event_is_written_once_a_sink() {
        assertThat(scene.await(outbox.write(List.of(entry("crm", "a"), entry("ops", "a"), entry("crm", "b")))))
                .hasSize(3);
        assertThat(scene.await(outbox.write(List.of(entry("crm", "a"), entry("ops", "b"), entry("crm", "b")))))
                .containsExactly(Event.Type.LIMIT_APPROACHING);
    }

    @Test
    void a_row_has_one_owner_until_its_lease_is_over() {
        write(entry("crm", "a"));
        assertThat(claim(LONG)).hasSize(1);
        assertThat(claim(LONG)).isEmpty();
        scene.sql("UPDATE outbox SET next_attempt_at = now() + interval '10 seconds'");
        assertThat(claim(LONG)).isEmpty();
        scene.sql("UPDATE outbox SET next_attempt_at = now()");
        assertThat(claim(LONG)).extracting(Claimed::attempts).containsExactly(2);
    }

    @Test
    void a_sink_is_given_its_own_rows_and_no_more_than_it_asks_for() {
        write(entry("crm", "a"), entry("crm", "b"), entry("crm", "c"), entry("ops", "a"));
        assertThat(scene.await(outbox.claim("crm", 2, LONG))).hasSize(2);
        assertThat(scene.await(outbox.claim("crm", 2, LONG))).hasSize(1);
        assertThat(scene.await(outbox.claim("ops", 2, LONG))).hasSize(1);
    }

    @Test
    void what_is_delivered_is_not_sent_again() {
        write(entry("crm", "a"));
        scene.await(outbox.delivered(claim(Duration.ZERO).get(0)));
        assertThat(claim(LONG)).isEmpty();
    }

    @Test
    void what_failed_waits_and_keeps_the_reason() {
        write(entry("crm", "a"));
        var row = claim(LONG).get(0);
        assertThat(scene.await(outbox.failed(row, "it answered 500\0" + "x".repeat(600), LONG, DAY)))
                .isFalse();
        assertThat(claim(LONG)).isEmpty();
        assertThat(scene.only("SELECT last_error FROM outbox"))
                .startsWith("it answered 500 x")
                .hasSize(Outbox.LONGEST_ERROR);
        scene.sql("UPDATE outbox SET next_attempt_at = now()");
        scene.await(outbox.delivered(claim(LONG).get(0)));
        assertThat(scene.only("SELECT last_error FROM outbox")).isEqualTo("null");
    }

    @Test
    void it_is_given_up_at_its_age_and_not_a_minute_before() {
        write(entry("crm", "a"));
        var row = claim(LONG).get(0);
        scene.sql("UPDATE outbox SET created_at = now() - interval '23 hours 59 minutes'");
        assertThat(scene.await(outbox.failed(row, "no", Duration.ZERO, DAY))).isFalse();
        row = claim(LONG).get(0);
        scene.sql("UPDATE outbox SET created_at = now() - interval '24 hours'");
        assertThat(scene.await(outbox.failed(row, "no", Duration.ZERO, DAY))).isTrue();
        assertThat(claim(LONG)).isEmpty();
        assertThat(scene.await(outbox.backlog())).containsExactly(new Outbox.Backlog("crm", 0, 1, 0));
    }

    @Test
    void who_comes_late_says_nothing_of_a_row_that_another_has_taken() {
        write(entry("crm", "a"));
        var late = claim(Duration.ZERO).get(0);
        var owner = claim(LONG).get(0);
        assertThat(scene.await(outbox.failed(late, "too late", Duration.ZERO, Duration.ZERO)))
                .isFalse();
        assertThat(scene.only("SELECT last_error FROM outbox")).isEqualTo("null");
        scene.await(outbox.delivered(owner));
        assertThat(scene.await(outbox.failed(owner, "twice", Duration.ZERO, Duration.ZERO)))
                .isFalse();
        assertThat(scene.only("SELECT delivered_at IS NOT NULL FROM outbox")).isEqualTo("t");
    }

    @Test
    void an_event_of_a_later_version_waits_for_a_node_that_knows_it() {
        write(entry("crm", "a"));
        scene.sql("UPDATE outbox SET topic = 'tier-changed'");
        assertThat(claim(LONG)).isEmpty();
    }

    @Test
    void the_backlog_tells_of_what_no_sink_has() {
        write(entry("crm", "a"), entry("crm", "b"), entry("ops", "a"));
        scene.sql("UPDATE outbox SET created_at = now() - interval '90 seconds' WHERE event_id = 'b'");
        scene.sql("UPDATE outbox SET delivered_at = now() WHERE sink = 'ops'");
        var backlog = scene.await(outbox.backlog());
        assertThat(backlog).hasSize(1);
        assertThat(backlog.get(0).waiting()).isEqualTo(2);
        assertThat(backlog.get(0).oldestSeconds()).isBetween(90.0, 150.0);
    }

    @Test
    void what_is_old_goes_once_its_window_is_over() {
        write(entry("crm", "young"), entry("crm", "old", NOW), entry("crm", "open", END), entry("crm", "kept", NOW));
        scene.sql(
                "UPDATE outbox SET created_at = now() - interval '30 days 1 minute' WHERE event_id IN ('old', 'open')");
        scene.sql("UPDATE outbox SET created_at = now() - interval '29 days 23 hours 59 minutes',"
                + " window_end = now() - interval '1 second' WHERE event_id = 'kept'");
        scene.sql("UPDATE outbox SET window_end = now() WHERE event_id = 'old'");
        assertThat(scene.await(outbox.purge(Duration.ofDays(30)))).isEqualTo(new Outbox.Purged(1, 1));
        assertThat(scene.only("SELECT string_agg(event_id, ' ' ORDER BY event_id) FROM outbox"))
                .isEqualTo("kept open young");
    }

    @Test
    void what_a_sink_had_or_was_given_up_is_not_counted_as_undelivered() {
        write(entry("crm", "a", NOW), entry("crm", "b", NOW));
        scene.sql("UPDATE outbox SET created_at = now() - interval '31 days', window_end = now() - interval '1 day'");
        scene.sql("UPDATE outbox SET delivered_at = now() WHERE event_id = 'a'");
        scene.sql("UPDATE outbox SET given_up_at = now() WHERE event_id = 'b'");
        assertThat(scene.await(outbox.purge(Duration.ofDays(30)))).isEqualTo(new Outbox.Purged(2, 0));
    }
}
