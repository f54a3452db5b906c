package dev.tiergate.outbox;

import dev.tiergate.Eventually;
import dev.tiergate.entitlement.MigratedDatabase;
import dev.tiergate.fixtures.Postgres;
import dev.tiergate.plugin.Event;
import dev.tiergate.plugin.EventSink;
import dev.tiergate.plugin.EventSinkFactory;
import dev.tiergate.plugin.SinkContext;
import dev.tiergate.routes.EventsConfig;
import dev.tiergate.routes.SinkUse;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.pgclient.PgBuilder;
import io.vertx.sqlclient.Pool;
import java.net.URI;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;

/** Nodes that send events over one database of their own. */
final class OutboxScene implements AutoCloseable {

    static final Instant NOW = Instant.parse("2026-11-22T10:00:00Z");
    static final Instant END = Instant.parse("2126-12-01T00:00:00Z");
    static final Duration PATIENT = Duration.ofSeconds(10);

    /** Nothing takes longer here than it has to. */
    static final OutboxBounds BOUNDS = new OutboxBounds(
            100,
            10,
            4,
            Duration.ofMillis(20),
            Duration.ofMillis(50),
            Duration.ofMillis(50),
            Duration.ofMillis(50),
            Duration.ofMillis(50),
            new RetryPace(Duration.ofMillis(10), Duration.ofMillis(50), () -> 0),
            new RetryPace(Duration.ofMillis(10), Duration.ofMillis(50), () -> 0));

    private static final long DEADLINE_SECONDS = 30;

    final Vertx vertx = Vertx.vertx();
    private final String url = MigratedDatabase.create();
    private final List<Node> nodes = new ArrayList<>();
    private final List<Pool> pools = new ArrayList<>();

    /** What one node has been asked to deliver, in order. */
    static final class Node {

        final MeterRegistry registry;
        final List<Event> delivered = new CopyOnWriteArrayList<>();
        final EventPost post;

        private Node(EventPost post, MeterRegistry registry) {
            this.post = post;
            this.registry = registry;
        }

        double count(String name, String... tags) {
            return registry.counter(name, tags).count();
        }

        double gauge(String name, String sink) {
            return registry.get(name).tag("sink", sink).gauge().value();
        }

        void tell(String store) {
            tell(Event.Type.LIMIT_REACHED, store, END);
        }

        void tell(Event.Type type, String store, Instant windowEnd) {
            post.tell(type, store, "limit/orders", windowEnd, NOW, () -> Map.of("limit_type", "orders"));
        }
    }

    private record Nothing() {}

    private record Fake() implements EventSinkFactory<Nothing> {

        @Override
        public String name() {
            return "fake";
        }

        @Override
        public Class<Nothing> configType() {
            return Nothing.class;
        }

        @Override
        public EventSink create(Nothing config, SinkContext context) {
            throw new UnsupportedOperationException("the test makes its sinks itself");
        }
    }

    static SinkUse use(String name, Set<Event.Type> types) {
        return new SinkUse(name, new Fake(), new Nothing(), types, Duration.ofMillis(100), Duration.ofHours(24));
    }

    static EventsConfig config(SinkUse... uses) {
        var sinks = new LinkedHashMap<String, SinkUse>();
        for (var use : uses) {
            sinks.put(use.name(), use);
        }
        return new EventsConfig(Duration.ofDays(30), sinks);
    }

    /** {@link #BOUNDS} but for the pause after a delivery that failed. */
    static OutboxBounds pausing(RetryPace sending) {
        return bounds(BOUNDS.queue(), BOUNDS.batch(), BOUNDS.leaving(), sending);
    }

    /** {@link #BOUNDS} but for these. */
    static OutboxBounds bounds(int queue, int batch, Duration leaving, RetryPace sending) {
        return new OutboxBounds(
                queue,
                batch,
                BOUNDS.inFlight(),
                BOUNDS.poll(),
                BOUNDS.measure(),
                BOUNDS.purge(),
                BOUNDS.grace(),
                leaving,
                BOUNDS.writing(),
                sending);
    }

    Pool pool() {
        return pool(url);
    }

    private Pool pool(String to) {
        var pool = PgBuilder.pool().connectingTo(to).using(vertx).build();
        pools.add(pool);
        return pool;
    }

    /** Where PostgreSQL listens. */
    int port() {
        return URI.create(url).getPort();
    }

    /** The same database behind another port. */
    Pool poolAt(int port) {
        return pool(url.replace(":" + port(), ":" + port));
    }

    Outbox outbox() {
        return new Outbox(pool(), PATIENT);
    }

    /** A node with the sink {@code crm}, which answers as it is told and keeps what it was asked to deliver. */
    Node node(EventSink sink) {
        return node(pool(), BOUNDS, sink, config(use("crm", EnumSet.allOf(Event.Type.class))));
    }

    Node node(Pool pool, OutboxBounds bounds, EventSink sink, EventsConfig config) {
        var registry = new SimpleMeterRegistry();
        var post = EventPost.open(vertx, pool, Duration.ofSeconds(2), bounds, registry);
        var node = new Node(post, registry);
        nodes.add(node);
        await(post.reconfigure(config, use -> event -> {
            node.delivered.add(event);
            return sink.deliver(event);
        }));
        return node;
    }

    static EventSink taking() {
        return event -> Future.succeededFuture();
    }

    /** Answers where it was asked, as the gateway sees to it. */
    EventSink onLoop(EventSink sink) {
        return event -> {
            var here = vertx.getOrCreateContext();
            Promise<Void> answer = Promise.promise();
            sink.deliver(event)
                    .onComplete(done -> here.runOnContext(now -> {
                        if (done.succeeded()) {
                            answer.complete();
                        } else {
                            answer.fail(done.cause());
                        }
                    }));
            return answer.future();
        };
    }

    <T> T await(Future<T> future) {
        return future.toCompletionStage()
                .toCompletableFuture()
                .orTimeout(DEADLINE_SECONDS, TimeUnit.SECONDS)
                .join();
    }

    void sql(String statement) {
        on(connection -> {
            try (var sql = connection.createStatement()) {
                sql.execute(statement);
            }
        });
    }

    /** Nothing is written until this ends. */
    void locked(Runnable meanwhile) {
        on(connection -> {
            connection.setAutoCommit(false);
            try (var sql = connection.createStatement()) {
                sql.execute("LOCK TABLE outbox");
            }
            meanwhile.run();
            connection.commit();
        });
    }

    /** What a command does to the database. */
    interface Step {
        void on(Connection connection) throws SQLException;
    }

    void on(Step step) {
        try (var connection = DriverManager.getConnection(Postgres.jdbcUrl(url))) {
            step.on(connection);
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    /** The first column of the only row. */
    String only(String query) {
        try (var connection = DriverManager.getConnection(Postgres.jdbcUrl(url));
                var rows = connection.createStatement().executeQuery(query)) {
            rows.next();
            return String.valueOf(rows.getString(1));
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    void untilDelivered(int rows) {
        Eventually.so(
                rows + " are delivered",
                () -> only("SELECT count(*) FROM outbox WHERE delivered_at IS NOT NULL")
                        .equals("" + rows));
    }

    @Override
    public void close() {
        nodes.forEach(node -> await(node.post.close()));
        pools.forEach(pool -> await(pool.close()));
        await(vertx.close());
    }
}
