package dev.tiergate.entitlement;

import io.vertx.core.json.JsonObject;
import io.vertx.pgclient.PgConnectOptions;
import io.vertx.pgclient.pubsub.PgSubscriber;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes in what changed: notifications carry the revision and the store, a poll of the revision finds what was lost.
 *
 * <p>Revisions come without a gap, in the order of their commits. A gap, or a number that the poll sees and no notification
 * brought, means that any store may have changed. All runs on the loading context.
 */
final class ChangeFeed {

    static final String CHANNEL = "tiergate_entitlements";

    private static final Logger LOG = LoggerFactory.getLogger(ChangeFeed.class);

    /** How long a notification may take to follow its commit. */
    private static final Duration ON_ITS_WAY = Duration.ofMillis(200);

    private static final Duration POLL_DEADLINE = Duration.ofMillis(500);
    private static final Duration RETRY_LEAST = Duration.ofMillis(50);
    private static final Duration RETRY_MOST = Duration.ofSeconds(1);

    /** In place of a store: any of them. */
    private static final String ANY = "*";

    private final Loading loading;
    private final EntitlementSource source;
    private final Snapshots snapshots;
    private final EntitlementCache cache;
    private final Supplier<PgConnectOptions> listener;
    private final Duration poll;
    private @Nullable PgSubscriber subscriber;
    private @Nullable JsonObject subscribedAs;
    private long revision;
    private boolean closed;

    ChangeFeed(
            Loading loading,
            EntitlementSource source,
            Snapshots snapshots,
            EntitlementCache cache,
            Supplier<PgConnectOptions> listener,
            Duration poll) {
        this.loading = loading;
        this.source = source;
        this.snapshots = snapshots;
        this.cache = cache;
        this.listener = listener;
        this.poll = poll;
    }

    /** @param loaded the revision of the snapshot that serves */
    void start(long loaded) {
        revision = loaded;
        subscribe();
        pollLater();
    }

    void close() {
        closed = true;
        var open = subscriber;
        if (open != null) {
            open.close();
        }
    }

    long revision() {
        return revision;
    }

    private void subscribe() {
        var options = listener.get();
        var next = PgSubscriber.subscriber(loading.vertx(), options);
        subscriber = next;
        subscribedAs = options.toJson();
        next.reconnectPolicy(attempt -> pauseBefore(attempt).toMillis());
        next.channel(CHANNEL)
                .subscribeHandler(none -> loading.run(() -> {
                    LOG.info("Listening for changes of entitlements");
                    sayWhenCutOff(next);
                    compare(Duration.ZERO);
                }))
                .handler(payload -> loading.run(() -> notified(payload)));
        next.connect()
                .onFailure(fault -> loading.run(() -> {
                    LOG.warn("Not listening for changes of entitlements: {}", PostgresFaults.describe(fault));
                    resubscribe(next);
                }));
    }

    /** Without a handler, the client writes the stack to standard error. */
    private static void sayWhenCutOff(PgSubscriber listening) {
        var connection = listening.actualConnection();
        if (connection != null) {
            connection.exceptionHandler(fault -> LOG.warn("Listening broke off: {}", PostgresFaults.describe(fault)));
        }
    }

    private void resubscribe(PgSubscriber old) {
        if (subscriber == old) {
            subscriber = null;
            old.close();
            loading.after(RETRY_MOST, () -> {
                if (!closed && subscriber == null) {
                    subscribe();
                }
            });
        }
    }

    private static Duration pauseBefore(int attempt) {
        long doubled = RETRY_LEAST.toMillis() << Math.min(attempt, 10);
        return Duration.ofMillis(Math.min(doubled, RETRY_MOST.toMillis()));
    }

    void notified(String payload) {
        var parts = payload.split(" ", 2);
        long raised;
        try {
            raised = Long.parseLong(parts[0]);
        } catch (NumberFormatException e) {
            LOG.warn("A notification on {} is none of ours", CHANNEL);
            return;
        }
        if (raised > revision + 1 || (parts.length == 2 && parts[1].equals(ANY))) {
            takeInAll(raised);
            return;
        }
        revision = Math.max(revision, raised);
        if (parts.length == 1) {
            takeInCatalogue(raised);
        } else {
            cache.invalidate(parts[1], raised);
        }
    }

    private void takeInAll(long raised) {
        LOG.info("Changes up to revision {} may have been missed: all is read again", raised);
        revision = Math.max(revision, raised);
        cache.invalidateAll(raised);
        takeInCatalogue(raised);
    }

    private void takeInCatalogue(long raised) {
        if (closed) {
            return;
        }
        snapshots
                .atLeast(raised)
                .onSuccess(catalogue -> cache.changed(catalogue.revision()))
                .onFailure(fault -> {
                    LOG.warn("The catalogue cannot be read: {}", PostgresFaults.describe(fault));
                    cache.sourceAway(true);
                    loading.after(RETRY_MOST, () -> takeInCatalogue(raised));
                });
    }

    private void pollLater() {
        if (!closed) {
            loading.after(poll, () -> {
                if (subscriber != null && !listener.get().toJson().equals(subscribedAs)) {
                    // a subscriber would go on trying with the password that it was made with
                    renewSubscription();
                }
                compare(ON_ITS_WAY);
                pollLater();
            });
        }
    }

    /** @param grace how long what is not known yet may still be on its way */
    private void compare(Duration grace) {
        if (closed) {
            return;
        }
        long asked = revision;
        source.revision()
                .timeout(POLL_DEADLINE.toMillis(), TimeUnit.MILLISECONDS)
                .onComplete(outcome -> loading.run(() -> {
                    cache.sourceAway(outcome.failed());
                    if (outcome.succeeded()) {
                        compared(outcome.result(), asked, grace);
                    }
                }));
    }

    /** @param asked the revision that was known when the query began; a notification may have overtaken its answer */
    private void compared(long stored, long asked, Duration grace) {
        if (stored < asked) {
            LOG.warn("Revisions began anew, at {}: all is read again", stored);
            revision = stored;
            cache.forgetAll();
            snapshots
                    .read()
                    .onSuccess(catalogue -> cache.changed(catalogue.revision()))
                    .onFailure(fault -> revision = Long.MAX_VALUE);
        } else if (stored > revision && grace.isZero()) {
            takeInAll(stored);
        } else if (stored > revision) {
            loading.after(grace, () -> {
                if (stored > revision) {
                    takeInAll(stored);
                    renewSubscription();
                }
            });
        }
    }

    /** A connection that brought nothing may be half open. */
    private void renewSubscription() {
        var old = subscriber;
        if (old != null && !closed) {
            old.close();
            subscribe();
        }
    }
}
