package dev.tiergate.api.events;

import dev.tiergate.entitlement.EntitlementCache;
import dev.tiergate.entitlement.EntitlementListener;
import dev.tiergate.entitlement.Lookup;
import dev.tiergate.limits.LimitEvents;
import dev.tiergate.redis.RedisFeed;
import io.micrometer.core.instrument.MeterRegistry;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A node's open pages, and what they are told: what this node's entitlements say, and what any node's limits say over
 * Redis. Its own state belongs to one context; it may be called from any thread.
 */
public final class EventHub implements EntitlementListener {

    private static final int NODE_NAME_BITS = 50;

    private final Vertx vertx;
    private final Context context;
    private final EventBounds bounds;
    private final EntitlementCache entitlements;
    private final Duration deadline;
    private final RedisLine line;
    private final RedisFeed feed;
    private final LimitNews news;
    private final Tickets tickets;
    private final EventMetrics metrics;
    /** Another one after each start, so that no id of a former life is taken for one of this. */
    private final String node = Long.toString(ThreadLocalRandom.current().nextLong(1L << NODE_NAME_BITS), 36);

    private final Channels channels;
    private final Endings endings;
    private long number;
    private int pages;
    private boolean closed;

    private EventHub(
            Vertx vertx,
            Supplier<String> redis,
            Duration deadline,
            EntitlementCache entitlements,
            EventBounds bounds,
            MeterRegistry registry) {
        this.vertx = vertx;
        this.context = vertx.getOrCreateContext();
        this.bounds = bounds;
        this.entitlements = entitlements;
        this.deadline = deadline;
        this.metrics = new EventMetrics(registry);
        this.line = new RedisLine(vertx, context, redis, deadline, bounds.commands());
        this.feed = new RedisFeed(vertx, context, redis, this::published, this::tellAll);
        this.channels = new Channels(vertx, context, bounds, this::forget);
        this.endings = new Endings(vertx, context, entitlements, InstantSource.system(), this::changed);
        this.news = new LimitNews(line, metrics);
        this.tickets = new Tickets(line);
    }

    /**
     * Begins to listen; connects behind the caller's back.
     *
     * @param deadline of each command to Redis
     */
    public static EventHub open(
            Vertx vertx,
            Supplier<String> redis,
            Duration deadline,
            EntitlementCache entitlements,
            MeterRegistry registry) {
        return open(vertx, redis, deadline, entitlements, EventBounds.DEFAULT, registry);
    }

    static EventHub open(
            Vertx vertx,
            Supplier<String> redis,
            Duration deadline,
            EntitlementCache entitlements,
            EventBounds bounds,
            MeterRegistry registry) {
        var hub = new EventHub(vertx, redis, deadline, entitlements, bounds, registry);
        entitlements.listen(hub);
        return hub;
    }

    /** Where limits tell. */
    public LimitEvents limits() {
        return news;
    }

    public Tickets tickets() {
        return tickets;
    }

    EventMetrics metrics() {
        return metrics;
    }

    int pagesOfStore() {
        return bounds.pagesOfStore();
    }

    /**
     * Takes a page in: after the future it is told of everything, beginning with what it missed. Called on the page's loop,
     * and answers there.
     *
     * @param read what the page has read last; null where it begins
     */
    Future<Opening> open(String store, @Nullable String user, @Nullable EventId read, EventPage page) {
        var loop = vertx.getOrCreateContext();
        Promise<Opening> answer = Promise.promise();
        context.runOnContext(now -> enter(new Seat(store, user, page, loop, this::left), read)
                .onSuccess(opening -> loop.runOnContext(then -> answer.complete(opening))));
        return answer.future();
    }

    private Future<Opening> enter(Seat seat, @Nullable EventId read) {
        if (pages >= bounds.pages() || closed) {
            return full(Opening.Entry.NODE_FULL);
        }
        var known = channels.get(seat.store());
        if (known != null && known.taken >= bounds.pagesOfStore()) {
            return full(Opening.Entry.STORE_FULL);
        }
        pages++;
        metrics.open(1);
        var channel = channels.listenedFor(seat.store(), number);
        channel.taken++;
        // A page reads its state when the stream is open, so it may miss nothing from then on.
        var listening = feed.subscribe(name(seat.store()))
                .timeout(deadline.toMillis(), TimeUnit.MILLISECONDS)
                .otherwiseEmpty();
        return Contexts.on(context, listening).map(done -> seated(seat, channel, read));
    }

    private Future<Opening> full(Opening.Entry entry) {
        return Future.succeededFuture(new Opening(entry, null, new EventId(node, number), List.of()));
    }

    private Opening seated(Seat seat, Channel channel, @Nullable EventId read) {
        channel.seats.add(seat);
        endings.opened(seat.store());
        var last = new EventId(node, number);
        return new Opening(
                Opening.Entry.OPEN, seat, last, read == null ? List.of() : missed(seat, channel, read, last));
    }

    private List<History.Numbered> missed(Seat seat, Channel channel, EventId read, EventId last) {
        Optional<List<History.Numbered>> known =
                read.node().equals(node) ? channel.history.after(read.number()) : Optional.empty();
        return known.map(events ->
                        events.stream().filter(next -> seat.wants(next.event())).toList())
                .orElseGet(() -> List.of(new History.Numbered(last, PageEvent.changed())));
    }

    private void left(Seat seat) {
        context.runOnContext(now -> leave(seat));
    }

    private void leave(Seat seat) {
        var channel = channels.get(seat.store());
        if (channel == null || !channel.seats.remove(seat)) {
            return;
        }
        pages--;
        metrics.open(-1);
        channel.taken--;
        if (channel.taken == 0) {
            endings.left(seat.store());
            channels.left(seat.store());
        }
    }

    /** What happens from now on is not known to pages that have read up to here. */
    private void forget(String store) {
        number++;
        endings.forget(store);
        feed.unsubscribe(name(store));
    }

    @Override
    public void storeChanged(String externalId, long revision) {
        context.runOnContext(now -> {
            changed(externalId);
            endings.look(externalId);
            endIfGone(externalId);
        });
    }

    @Override
    public void allChanged(long revision) {
        context.runOnContext(now -> tellAll());
    }

    private void tellAll() {
        for (var store : channels.stores()) {
            changed(store);
            endings.look(store);
        }
    }

    /** At once, but for a row of changes: then once more at its end. */
    private void changed(String store) {
        var channel = channels.get(store);
        if (channel == null) {
            return;
        }
        if (!channel.quiet) {
            channel.dirty = true;
            return;
        }
        channel.quiet = false;
        channel.dirty = false;
        tell(channel, PageEvent.changed());
        vertx.setTimer(
                bounds.pace().toMillis(),
                tick -> context.runOnContext(now -> {
                    channel.quiet = true;
                    if (channel.dirty) {
                        changed(store);
                    }
                }));
    }

    private void endIfGone(String store) {
        var channel = channels.get(store);
        if (channel != null && !channel.seats.isEmpty()) {
            entitlements.find(store).onSuccess(lookup -> {
                if (lookup instanceof Lookup.Unknown) {
                    context.runOnContext(now -> endAll(store));
                }
            });
        }
    }

    private void endAll(String store) {
        var channel = channels.get(store);
        if (channel != null) {
            List.copyOf(channel.seats).forEach(Seat::end);
        }
    }

    private void published(String name, String message) {
        if (!name.startsWith(LimitNews.PREFIX) || !name.endsWith("}")) {
            return;
        }
        var channel = channels.get(name.substring(LimitNews.PREFIX.length(), name.length() - 1));
        if (channel != null) {
            PageEvent.decode(message).ifPresent(event -> tell(channel, event));
        }
    }

    private void tell(Channel channel, PageEvent event) {
        var next = new History.Numbered(new EventId(node, ++number), event);
        channel.history.add(next);
        channel.seats.forEach(seat -> seat.tell(next));
    }

    private static String name(String store) {
        return LimitNews.channel(store);
    }

    /** Ends every page's connection, and takes no more. */
    public Future<Void> end() {
        Promise<Void> done = Promise.promise();
        context.runOnContext(now -> {
            closed = true;
            endings.close();
            channels.stores().forEach(this::endAll);
            done.complete();
        });
        return done.future();
    }

    /** Lets go of Redis. */
    public Future<Void> close() {
        return Future.join(feed.close(), line.close()).mapEmpty();
    }
}
