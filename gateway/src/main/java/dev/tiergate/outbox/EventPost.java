package dev.tiergate.outbox;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.tiergate.plugin.Event;
import dev.tiergate.plugin.EventSink;
import dev.tiergate.routes.EventsConfig;
import dev.tiergate.routes.SinkUse;
import io.micrometer.core.instrument.MeterRegistry;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.sqlclient.Pool;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Takes events for the outside from all event loops, and brings them there. Of what is told again within its window only the
 * first goes on, whichever node it is: this node remembers the most of it, and the table has the last word. Whoever tells
 * never waits. Its own state belongs to one context.
 */
public final class EventPost {

    /** Of what was told; about 300 bytes each. What is forgotten costs a statement that writes nothing. */
    private static final long REMEMBERED = 50_000;

    private static final Duration REMEMBERED_FOR = Duration.ofHours(1);

    private final Context context;
    private final Vertx vertx;
    private final OutboxBounds bounds;
    private final Outbox outbox;
    private final OutboxMetrics metrics;
    private final OutboxWriter writer;
    private final Upkeep upkeep;
    private final Cache<String, Boolean> told = Caffeine.newBuilder()
            .maximumSize(REMEMBERED)
            .expireAfterWrite(REMEMBERED_FOR)
            .build();
    private final Map<String, Courier> couriers = new LinkedHashMap<>();
    private volatile Map<Event.Type, Set<String>> wanted = Map.of();
    private volatile boolean closed;
    private long poll = -1;

    private EventPost(Vertx vertx, Pool pool, Duration deadline, OutboxBounds bounds, MeterRegistry registry) {
        this.vertx = vertx;
        this.context = vertx.getOrCreateContext();
        this.bounds = bounds;
        this.outbox = new Outbox(pool, deadline);
        this.metrics = new OutboxMetrics(registry);
        this.writer = new OutboxWriter(vertx, outbox, bounds, metrics, this::sinksOf, this::look);
        this.upkeep = new Upkeep(vertx, outbox, bounds, metrics);
    }

    /**
     * Begins; sends nothing before it is told of sinks.
     *
     * @param deadline of each statement
     */
    public static EventPost open(Vertx vertx, Pool pool, Duration deadline, MeterRegistry registry) {
        return open(vertx, pool, deadline, OutboxBounds.DEFAULT, registry);
    }

    static EventPost open(Vertx vertx, Pool pool, Duration deadline, OutboxBounds bounds, MeterRegistry registry) {
        return new EventPost(vertx, pool, deadline, bounds, registry);
    }

    /** Whether any sink wants such events; asked for each request, so cheap. */
    public boolean wants(Event.Type type) {
        return !closed && wanted.containsKey(type);
    }

    /**
     * Something happened. Called on any thread; returns at once.
     *
     * @param store its external id
     * @param about what of the store it is about; one event for it until the window's end
     * @param data of the event, asked for only where it goes on
     */
    public void tell(
            Event.Type type,
            String store,
            String about,
            Instant windowEnd,
            Instant now,
            Supplier<Map<String, Object>> data) {
        if (!wants(type)) {
            return;
        }
        var what = type.code() + '\n' + store + '\n' + about + '\n' + windowEnd.getEpochSecond();
        if (told.asMap().putIfAbsent(what, Boolean.TRUE) != null) {
            return;
        }
        if (writer.reserve(type)) {
            var event = new Event(EventIds.of(what), type, now, store, EventIds.storable(data.get()));
            context.runOnContext(go -> writer.add(event, windowEnd));
        } else {
            told.invalidate(what);
        }
    }

    /**
     * Brings events to these sinks from now on; a sink whose configuration did not change stays.
     *
     * @param make makes a sink; called on the context of this
     */
    public Future<Void> reconfigure(EventsConfig config, Function<SinkUse, EventSink> make) {
        Promise<Void> done = Promise.promise();
        context.runOnContext(now -> {
            serve(config, make);
            done.complete();
        });
        return done.future();
    }

    private void serve(EventsConfig config, Function<SinkUse, EventSink> make) {
        Map<String, Courier> before = new HashMap<>(couriers);
        couriers.clear();
        config.sinks().forEach((name, use) -> couriers.put(name, courier(before.remove(name), use, make)));
        before.values().forEach(Courier::end);
        wanted = wanted(config);
        told.invalidateAll();
        upkeep.keep(config.keep());
        upkeep.begin(); // also without a sink: rows of those that there were grow old
        if (!couriers.isEmpty() && poll < 0) {
            poll = vertx.setPeriodic(1 + someOf(bounds.poll()), bounds.poll().toMillis(), tick -> look());
        }
        look();
    }

    private Courier courier(@Nullable Courier before, SinkUse use, Function<SinkUse, EventSink> make) {
        if (before != null && before.use().equals(use)) {
            return before;
        }
        if (before != null) {
            before.end();
        }
        return new Courier(use, make.apply(use), outbox, bounds, metrics);
    }

    private static Map<Event.Type, Set<String>> wanted(EventsConfig config) {
        Map<Event.Type, Set<String>> wanted = new HashMap<>();
        for (var type : Event.Type.values()) {
            var names = config.sinks().values().stream()
                    .filter(use -> use.types().contains(type))
                    .map(SinkUse::name)
                    .collect(Collectors.toUnmodifiableSet());
            if (!names.isEmpty()) {
                wanted.put(type, names);
            }
        }
        return Map.copyOf(wanted);
    }

    private Set<String> sinksOf(Event.Type type) {
        return wanted.getOrDefault(type, Set.of());
    }

    private void look() {
        couriers.values().forEach(Courier::look);
    }

    static long someOf(Duration span) {
        return ThreadLocalRandom.current().nextLong(Math.max(1, span.toMillis()));
    }

    /** Writes what waits, and takes no more rows; deliveries that are not over soon are another node's later. */
    public Future<Void> close() {
        Promise<Void> done = Promise.promise();
        context.runOnContext(now -> {
            closed = true;
            if (poll >= 0) {
                vertx.cancelTimer(poll);
            }
            upkeep.end();
            var deliveries = couriers.values().stream().map(Courier::end).toList();
            couriers.clear();
            writer.close()
                    .transform(written -> Future.join(deliveries)
                            .<Void>mapEmpty()
                            .timeout(bounds.leaving().toMillis(), TimeUnit.MILLISECONDS)
                            .otherwiseEmpty())
                    .onComplete(done);
        });
        return done.future();
    }
}
