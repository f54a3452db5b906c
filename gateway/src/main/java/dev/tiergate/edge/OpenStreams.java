package dev.tiergate.edge;

import dev.tiergate.entitlement.EntitlementCache;
import dev.tiergate.entitlement.EntitlementListener;
import dev.tiergate.entitlement.Lookup;
import dev.tiergate.entitlement.StoreEntitlements;
import dev.tiergate.plugin.Decision;
import dev.tiergate.plugin.Reason;
import dev.tiergate.plugin.Refuse;
import dev.tiergate.telemetry.GateMetrics;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The WebSockets and server-sent events that one event loop has let through: each is decided again when what its store may
 * use changes, and ended where it is refused. Who the caller is is not asked again. But for the listener's part, all of it
 * happens on the event loop. With which words a WebSocket closes: {@code WebSocketTunnel}.
 */
public final class OpenStreams implements EntitlementListener {

    private static final Logger LOG = LoggerFactory.getLogger(OpenStreams.class);

    /** Stores that are waited for at a time, so that a change of everything leaves places for requests. */
    private static final int AT_ONCE = 2;

    /** Stores that are decided in one turn of the loop. */
    private static final int SLICE = 64;

    /** Until what could not be decided is tried again. */
    private static final Duration RETRY = Duration.ofSeconds(1);

    /** The wall clock can be set, and a timer does not hear of it. */
    private static final Duration LONGEST = Duration.ofMinutes(1);

    private static final long NO_TIMER = -1;

    private final Vertx vertx;
    private final Context context;
    private final EntitlementCache entitlements;
    private final InstantSource clock = InstantSource.system();
    private final GateMetrics metrics;
    private final Map<String, OfStore> stores = new ConcurrentHashMap<>();
    private final Set<String> waiting = new LinkedHashSet<>();
    private int looking;
    private boolean scheduled;

    private static final class OfStore {
        private final Set<PassedRequest> open = new LinkedHashSet<>();
        private long timer = NO_TIMER;
    }

    private OpenStreams(Vertx vertx, EntitlementCache entitlements, GateMetrics metrics) {
        this.vertx = vertx;
        this.context = vertx.getOrCreateContext();
        this.entitlements = entitlements;
        this.metrics = metrics;
    }

    /** Those of the present event loop; listens from now on. */
    public static OpenStreams of(Vertx vertx, EntitlementCache entitlements, GateMetrics metrics) {
        var streams = new OpenStreams(vertx, entitlements, metrics);
        entitlements.listen(streams);
        return streams;
    }

    /** What changed between the decision and now was told to nobody yet. */
    void opened(PassedRequest stream) {
        metrics.streams(1);
        OfStore ofStore = stores.computeIfAbsent(stream.store(), first -> new OfStore());
        ofStore.open.add(stream);
        var known = entitlements.find(stream.store());
        var decided = stream.call().knownEntitlements().orElse(null);
        if (known.isComplete() && known.result() instanceof Lookup.Found found && found.entitlements() == decided) {
            plan(stream.store(), ofStore, found.entitlements());
        } else {
            look(stream.store());
        }
    }

    void ended(PassedRequest stream) {
        metrics.streams(-1);
        OfStore ofStore = stores.get(stream.store());
        if (ofStore != null && ofStore.open.remove(stream) && ofStore.open.isEmpty()) {
            stores.remove(stream.store());
            vertx.cancelTimer(ofStore.timer);
        }
    }

    @Override
    public void storeChanged(String externalId, long revision) {
        if (stores.containsKey(externalId)) {
            context.runOnContext(now -> look(externalId));
        }
    }

    @Override
    public void allChanged(long revision) {
        if (!stores.isEmpty()) {
            context.runOnContext(now -> {
                waiting.addAll(stores.keySet());
                next();
            });
        }
    }

    private void look(String store) {
        waiting.add(store);
        next();
    }

    private void next() {
        for (int left = SLICE; looking < AT_ONCE && !waiting.isEmpty(); left--) {
            if (left == 0) {
                later();
                return;
            }
            var store = waiting.iterator().next();
            waiting.remove(store);
            var found = entitlements.find(store);
            if (found.isComplete()) {
                looked(store, found.result());
            } else {
                looking++;
                found.onSuccess(lookup -> {
                    looking--;
                    looked(store, lookup);
                    next();
                });
            }
        }
    }

    private void later() {
        if (!scheduled) {
            scheduled = true;
            context.runOnContext(now -> {
                scheduled = false;
                next();
            });
        }
    }

    private void looked(String store, Lookup lookup) {
        OfStore ofStore = stores.get(store);
        if (ofStore == null) {
            return;
        }
        if (lookup instanceof Lookup.Found found) {
            plan(store, ofStore, found.entitlements());
            List.copyOf(ofStore.open).forEach(stream -> decide(stream, found.entitlements()));
        } else if (lookup instanceof Lookup.Unknown) {
            var gone = Refuse.of(Reason.STORE_UNKNOWN, "The store is not known");
            List.copyOf(ofStore.open).forEach(stream -> stream.cutOff(gone, stream.call()));
        } else {
            lookAfter(store, ofStore, RETRY);
        }
    }

    private void decide(PassedRequest stream, StoreEntitlements may) {
        var call = stream.call().again(clock.instant(), may);
        stream.decide(call)
                .onSuccess(answer -> answer.ifPresent(decision -> take(stream, call, decision)))
                .onFailure(fault -> LOG.error("An open stream could not be decided", fault));
    }

    private void take(PassedRequest stream, GatedCall call, Decision decision) {
        if (!(decision instanceof Refuse refuse)) {
            return;
        }
        OfStore ofStore = stores.get(stream.store());
        if (ofStore == null || !ofStore.open.contains(stream)) {
            return;
        }
        if (isFault(refuse.reason())) {
            lookAfter(stream.store(), ofStore, RETRY);
        } else {
            stream.cutOff(refuse, call);
        }
    }

    /** What says nothing of the store. */
    private static boolean isFault(Reason reason) {
        return reason.status() >= Reason.CHECK_FAILED.status() && !reason.equals(Reason.FEATURE_UNKNOWN);
    }

    /** Some of what a store has ends by time, of which nobody tells. */
    private void plan(String store, OfStore ofStore, StoreEntitlements may) {
        Instant now = clock.instant();
        may.nextEnd(now).ifPresent(end -> lookAfter(store, ofStore, Duration.between(now, end)));
    }

    private void lookAfter(String store, OfStore ofStore, Duration time) {
        vertx.cancelTimer(ofStore.timer);
        // rounded up, so that it is past the end and not just before it
        long millis = 1 + (time.compareTo(LONGEST) < 0 ? time : LONGEST).toMillis();
        ofStore.timer = vertx.setTimer(millis, due -> look(store));
    }
}
