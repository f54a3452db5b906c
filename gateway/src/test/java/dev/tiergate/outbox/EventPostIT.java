package dev.tiergate.outbox;

import static dev.tiergate.outbox.OutboxScene.BOUNDS;
import static dev.tiergate.outbox.OutboxScene.END;
import static dev.tiergate.outbox.OutboxScene.taking;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tiergate.Eventually;
import dev.tiergate.fixtures.TcpLine;
import dev.tiergate.plugin.Event;
import dev.tiergate.telemetry.MetricNames;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What several nodes make of what they are told. */
class EventPostIT {

    private final OutboxScene scene = new OutboxScene();

    @AfterEach
    void close() {
        scene.close();
    }

    @Test
    void what_two_nodes_are_told_is_delivered_once() {
        var one = scene.node(taking());
        var two = scene.node(taking());
        one.tell("42");
        two.tell("42");
        one.tell("42");
        Eventually.so("both have written", () -> wrote(one) + wrote(two) == 2);
        scene.untilDelivered(1);
        assertThat(one.delivered.size() + two.delivered.size()).isEqualTo(1);
        assertThat(written(one, "written") + written(two, "written")).isEqualTo(1);
        assertThat(written(one, "known") + written(two, "known")).isEqualTo(1);
    }

    private static double wrote(OutboxScene.Node node) {
        return written(node, "written") + written(node, "known");
    }

    private static double written(OutboxScene.Node node, String outcome) {
        return node.count(MetricNames.OUTBOX_EVENTS, "event", "limit-reached", "outcome", outcome);
    }

    private static double sent(OutboxScene.Node node, String outcome) {
        return node.count(MetricNames.OUTBOX_DELIVERIES, "sink", "crm", "outcome", outcome);
    }

    private static double queue(OutboxScene.Node node) {
        return node.registry.get(MetricNames.OUTBOX_QUEUE).gauge().value();
    }

    /** PostgreSQL has no character of code 0. */
    @Test
    void what_cannot_be_written_is_lost_alone() {
        var node = scene.node(taking());
        node.tell("41");
        node.tell("4\u00002");
        node.tell("43");
        scene.untilDelivered(2);
        Eventually.so("the other is given up", () -> written(node, "lost") == 1);
        node.tell("44");
        scene.untilDelivered(3);
        assertThat(node.delivered).extracting(Event::store).containsExactlyInAnyOrder("41", "43", "44");
    }

    /** The first is written alone, and what came meanwhile is a batch and some more. */
    @Test
    void what_cannot_be_written_costs_its_batch_nothing() {
        var node = scene.node(taking());
        scene.locked(() -> {
            node.tell("first");
            for (int i = 0; i <= BOUNDS.batch(); i++) {
                node.tell(List.of(0, 4, 5, BOUNDS.batch() - 1).contains(i) ? "\0" + i : "store-" + i);
            }
        });
        scene.untilDelivered(BOUNDS.batch() - 2);
        Eventually.so("it is empty", () -> queue(node) == 0);
        assertThat(written(node, "lost")).isEqualTo(4);
        assertThat(written(node, "written")).isEqualTo(BOUNDS.batch() - 2);
    }

    @Test
    void what_cannot_be_written_keeps_nothing_from_being_written_before_the_node_ends() {
        var node = scene.node(taking());
        scene.locked(() -> {
            for (int i = 0; i < 30; i++) {
                node.tell(i % 7 == 3 ? "\0" + i : "store-" + i);
            }
        });
        scene.await(node.post.close());
        assertThat(scene.only("SELECT count(*) FROM outbox")).isEqualTo("26");
        assertThat(written(node, "lost")).isEqualTo(4);
    }

    @Test
    void what_is_old_goes_also_where_no_sink_is_left() {
        scene.sql("INSERT INTO outbox (sink, event_id, topic, store, payload, occurred_at, window_end, created_at)"
                + " SELECT 'gone', days, 'limit-reached', '42', '{}', now(), now(), now() - days * interval '1 day'"
                + " FROM unnest('{29,31}'::int[]) days");
        scene.node(scene.pool(), BOUNDS, taking(), OutboxScene.config());
        Eventually.so(
                "what is old has gone",
                () -> scene.only("SELECT string_agg(event_id, ' ') FROM outbox").equals("29"));
    }

    @Test
    void what_an_operator_has_sent_again_waits_no_longer_than_what_is_new() {
        scene.sql("INSERT INTO outbox (sink, event_id, topic, store, payload, occurred_at, window_end, attempts,"
                + " next_attempt_at, given_up_at)"
                + " VALUES ('crm', 'a', 'limit-reached', '42', '{}', now(), now(), 11, 'infinity', now())");
        scene.on(connection -> OutboxRows.retry(connection, "crm", null));
        scene.node(
                scene.pool(),
                OutboxScene.pausing(RetryPace.SENDING),
                event -> Future.failedFuture("it answered 503"),
                OutboxScene.config(OutboxScene.use("crm", EnumSet.allOf(Event.Type.class))));
        Eventually.so(
                "it failed again",
                () -> scene.only("SELECT last_error FROM outbox").equals("it answered 503"));
        assertThat(scene.only("SELECT next_attempt_at < now() + interval '1 minute' FROM outbox"))
                .isEqualTo("t");
    }

    @Test
    void another_store_type_or_window_is_another_event() {
        var node = scene.node(taking());
        node.tell(Event.Type.LIMIT_REACHED, "42", END);
        node.tell(Event.Type.LIMIT_REACHED, "43", END);
        node.tell(Event.Type.LIMIT_APPROACHING, "42", END);
        node.tell(Event.Type.LIMIT_REACHED, "42", END.plusSeconds(1));
        scene.untilDelivered(4);
        assertThat(node.delivered).extracting(Event::id).doesNotHaveDuplicates();
    }

    @Test
    void a_node_that_restarts_tells_nothing_twice() {
        var before = scene.node(taking());
        before.tell("42");
        scene.untilDelivered(1);
        scene.await(before.post.close());
        var after = scene.node(taking());
        after.tell("42");
        Eventually.so("it is known", () -> written(after, "known") == 1);
        assertThat(after.delivered).isEmpty();
    }

    @Test
    void what_a_node_that_is_gone_had_taken_another_delivers() {
        var gone = scene.node(event -> Promise.<Void>promise().future());
        gone.tell("42");
        Eventually.so("it was taken", () -> !gone.delivered.isEmpty());
        scene.await(gone.post.close());
        var heir = scene.node(taking());
        scene.untilDelivered(1);
        assertThat(heir.delivered)
                .extracting(Event::id)
                .containsExactly(gone.delivered.get(0).id());
    }

    @Test
    void what_fails_is_sent_again_until_it_is_taken() {
        var calls = new AtomicInteger();
        var node = scene.node(event ->
                calls.incrementAndGet() < 4 ? Future.failedFuture("it answered 500") : Future.succeededFuture());
        node.tell("42");
        scene.untilDelivered(1);
        assertThat(scene.only("SELECT attempts FROM outbox")).isEqualTo("4");
        assertThat(sent(node, "failed")).isEqualTo(3);
        assertThat(sent(node, "delivered")).isEqualTo(1);
        assertThat(sent(node, "given_up")).isZero();
    }

    @Test
    void what_is_too_old_is_given_up_counted_and_kept() {
        var node = scene.node(event -> Future.failedFuture("it answered 410"));
        node.tell("42");
        Eventually.so("it is old", () -> {
            scene.sql("UPDATE outbox SET created_at = now() - interval '25 hours'");
            return sent(node, "given_up") == 1;
        });
        assertThat(scene.only("SELECT concat_ws(' ', given_up_at IS NOT NULL, last_error) FROM outbox"))
                .isEqualTo("t it answered 410");
        Eventually.so("operators see it", () -> node.gauge(MetricNames.OUTBOX_GIVEN_UP, "crm") == 1);
        assertThat(node.gauge(MetricNames.OUTBOX_WAITING, "crm")).isZero();
    }

    @Test
    void a_sink_that_hangs_holds_up_no_other() {
        var stuck = OutboxScene.use("stuck", EnumSet.allOf(Event.Type.class));
        var crm = OutboxScene.use("crm", EnumSet.allOf(Event.Type.class));
        var node = scene.node(scene.pool(), BOUNDS, taking(), OutboxScene.config());
        scene.await(node.post.reconfigure(
                OutboxScene.config(stuck, crm),
                use -> use.name().equals("stuck")
                        ? event -> Promise.<Void>promise().future()
                        : taking()));
        for (int i = 0; i < 20; i++) {
            node.tell("store-" + i);
        }
        scene.untilDelivered(20);
        assertThat(scene.only("SELECT DISTINCT sink FROM outbox WHERE delivered_at IS NOT NULL"))
                .isEqualTo("crm");
        scene.sql(
                "UPDATE outbox SET created_at = now() - interval '90 seconds' WHERE sink = 'stuck' AND store = 'store-7'");
        Eventually.so(
                "operators see it",
                () -> node.gauge(MetricNames.OUTBOX_WAITING, "stuck") == 20
                        && node.gauge(MetricNames.OUTBOX_OLDEST, "stuck") >= 90
                        && node.gauge(MetricNames.OUTBOX_WAITING, "crm") == 0
                        && node.gauge(MetricNames.OUTBOX_OLDEST, "crm") == 0);
    }

    @Test
    void a_sink_gets_the_types_that_it_asks_for() {
        var reached = OutboxScene.use("crm", Set.of(Event.Type.LIMIT_REACHED));
        var node = scene.node(scene.pool(), BOUNDS, taking(), OutboxScene.config(reached));
        assertThat(node.post.wants(Event.Type.LIMIT_REACHED)).isTrue();
        assertThat(node.post.wants(Event.Type.LIMIT_APPROACHING)).isFalse();
        node.tell(Event.Type.LIMIT_APPROACHING, "42", END);
        node.tell(Event.Type.LIMIT_REACHED, "42", END);
        scene.untilDelivered(1);
        assertThat(node.delivered).extracting(Event::type).containsExactly(Event.Type.LIMIT_REACHED);
        assertThat(scene.only("SELECT count(*) FROM outbox")).isEqualTo("1");
    }

    @Test
    void while_postgresql_is_away_events_wait_up_to_the_bound_and_the_rest_is_counted() {
        try (var line = TcpLine.to(scene.port())) {
            var small = OutboxScene.bounds(3, 2, BOUNDS.leaving(), BOUNDS.sending());
            var crm = OutboxScene.use("crm", EnumSet.allOf(Event.Type.class));
            var node = scene.node(scene.poolAt(line.port()), small, taking(), OutboxScene.config(crm));
            line.hush();
            for (int i = 0; i < 5; i++) {
                node.tell("store-" + i);
            }
            assertThat(written(node, "lost")).isEqualTo(2);
            assertThat(queue(node)).isEqualTo(3);
            line.heal();
            scene.untilDelivered(3);
            Eventually.so("it is empty", () -> queue(node) == 0);
            node.tell("store-4");
            scene.untilDelivered(4);
        }
    }

    @Test
    void what_waits_is_written_before_the_node_ends() {
        var node = scene.node(
                scene.pool(),
                BOUNDS,
                taking(),
                OutboxScene.config(OutboxScene.use("crm", EnumSet.allOf(Event.Type.class))));
        for (int i = 0; i < 50; i++) {
            node.tell("store-" + i);
        }
        scene.await(node.post.close());
        assertThat(scene.only("SELECT count(*) FROM outbox")).isEqualTo("50");
        assertThat(written(node, "lost")).isZero();
    }

    @Test
    void a_delivery_that_is_over_soon_is_waited_for() {
        var under = Promise.<Void>promise();
        var patient = OutboxScene.bounds(BOUNDS.queue(), BOUNDS.batch(), OutboxScene.PATIENT, BOUNDS.sending());
        var crm = OutboxScene.use("crm", EnumSet.allOf(Event.Type.class));
        var node = scene.node(scene.pool(), patient, scene.onLoop(event -> under.future()), OutboxScene.config(crm));
        node.tell("42");
        Eventually.so("it has begun", () -> !node.delivered.isEmpty());
        var closed = node.post.close();
        under.complete();
        scene.await(closed);
        assertThat(scene.only("SELECT delivered_at IS NOT NULL FROM outbox")).isEqualTo("t");
    }

    @Test
    void what_postgresql_does_not_take_before_the_end_is_counted_as_lost() {
        try (var line = TcpLine.to(scene.port())) {
            var crm = OutboxScene.use("crm", EnumSet.allOf(Event.Type.class));
            var node = scene.node(scene.poolAt(line.port()), BOUNDS, taking(), OutboxScene.config(crm));
            line.close();
            node.tell("42");
            scene.await(node.post.close());
            assertThat(written(node, "lost")).isEqualTo(1);
        }
    }

    @Test
    void a_sink_that_changes_is_closed_once_its_last_delivery_is_over() {
        var first = Promise.<Void>promise();
        var closed = new AtomicInteger();
        var node = scene.node(scene.pool(), BOUNDS, taking(), OutboxScene.config());
        var use = OutboxScene.use("crm", EnumSet.allOf(Event.Type.class));
        var asked = new AtomicInteger();
        scene.await(node.post.reconfigure(
                OutboxScene.config(use),
                made -> new ClosingSink(closed, scene.onLoop(event -> {
                    asked.incrementAndGet();
                    return first.future();
                }))));
        node.tell("42");
        Eventually.so("it is asked", () -> asked.get() == 1);
        scene.await(node.post.reconfigure(OutboxScene.config(use), made -> {
            throw new AssertionError("it did not change");
        }));
        var other = OutboxScene.use("crm", Set.of(Event.Type.LIMIT_REACHED));
        scene.await(node.post.reconfigure(OutboxScene.config(other), made -> taking()));
        assertThat(closed).hasValue(0);
        first.complete();
        Eventually.so("it is closed", () -> closed.get() == 1);
    }

    @Test
    void every_series_begins_with_0() {
        var node = scene.node(taking());
        for (var type : Event.Type.values()) {
            for (var outcome : Set.of("written", "known", "lost")) {
                assertThat(node.registry
                                .get(MetricNames.OUTBOX_EVENTS)
                                .tags("event", type.code(), "outcome", outcome)
                                .counter()
                                .count())
                        .isZero();
            }
        }
        for (var outcome : Set.of("delivered", "failed", "given_up")) {
            assertThat(node.registry
                            .get(MetricNames.OUTBOX_DELIVERIES)
                            .tags("sink", "crm", "outcome", outcome)
                            .counter()
                            .count())
                    .isZero();
        }
        assertThat(node.gauge(MetricNames.OUTBOX_WAITING, "crm")).isZero();
        assertThat(node.gauge(MetricNames.OUTBOX_OLDEST, "crm")).isZero();
    }
}
