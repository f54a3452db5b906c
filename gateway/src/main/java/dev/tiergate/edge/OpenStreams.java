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
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The WebSockets and server-sent events that one event loop has let through: each is decided again when what its store may
 * use changes, and ended where it is refused. Who the caller is is not asked again. But for the listener's part, all of it
 * happens on the event loop, which decides a slice at a time. With which words a WebSocket closes: {@code WebSocketTunnel};
 * which of several is over a limit: {@code SlotKeeper}.
 */
public final class OpenStreams implements EntitlementListener {

    private static final Logger LOG = LoggerFactory.getLogger(OpenStreams.class);

    /** Stores that are waited for at a time, so that a change of everything leaves places for requests. */
    private static final int AT_ONCE = 2;

    /** Streams that are decided without a pause; a store with none to decide counts as one. */
    static final int SLICE = 64;

    /** Until what could not be decided is tried again. */
    private static final Duration RETRY = Duration.ofSeconds(1);

    /** The wall clock can be set, and a timer does not hear of it. */
    private static final Duration LONGEST = Duration.ofMinutes(1);

    private final Vertx vertx;
    private final Context context;
    private final Function<String, Future<Lookup>> entitlements;
    private final InstantSource clock = InstantSource.system();
    private final GateMetrics metrics;
    private final Map<String, OfStore> stores = new ConcurrentHashMap<>();
    private final Set<String> waiting = new LinkedHashSet<>();
    private int looking;
    private boolean scheduled;

    private static final class OfStore {

        private final Set<OpenStream> open = new LinkedHashSet<>();
        private final EarliestTimer timer;

        /** The newest first; some may have ended. */
        private final Deque<OpenStream> undecided = new ArrayDeque<>();

        private int changes;

        private OfStore(EarliestTimer timer) {
            this.timer = timer;
        }

        private void decideAll() {
            changes++;
            undecided.clear();
            open.forEach(undecided::addFirst);
        }

        private List<OpenStream> slice(int most) {
            var slice = new ArrayList<OpenStream>(most);
            while (slice.size() < most && !undecided.isEmpty()) {
                var stream = undecided.removeFirst();
                if (open.contains(stream)) {
                    slice.add(stream);
                }
            }
            return slice;
        }
    }

    /** @param entitlements of a store by its external id; never fails */
    OpenStreams(Vertx vertx, Function<String, Future<Lookup>> entitlements, GateMetrics metrics) {
        this.vertx = vertx;
        this.context = vertx.getOrCreateContext();
        this.entitlements = entitlements;
        this.metrics = metrics;
    }

    /** Those of the present event loop; listens from now on. */
    public static OpenStreams of(Vertx vertx, EntitlementCache entitlements, GateMetrics metrics) {
        var streams = new OpenStreams(vertx, entitlements::find, metrics);
        entitlements.listen(streams);
        return streams;
    }

    /** What changed between the decision and now was told to nobody yet. */
    void opened(OpenStream stream) {
        metrics.streams(1);
        var store = stream.store();
        OfStore ofStore =
                stores.computeIfAbsent(store, first -> new OfStore(new EarliestTimer(vertx, () -> look(store))));
        ofStore.open.add(stream);
        var known = entitlements.apply(store);
        if (known.isComplete()
                && known.result() instanceof Lookup.Found found
                && stream.isDecidedBy(found.entitlements())) {
            plan(ofStore, found);
        } else {
            ofStore.undecided.addFirst(stream);
            waiting.add(store);
            next(SLICE);
        }
    }

    void ended(OpenStream stream) {
        metrics.streams(-1);
        OfStore ofStore = stores.get(stream.store());
        if (ofStore != null && ofStore.open.remove(stream) && ofStore.open.isEmpty()) {
            stores.remove(stream.store());
            ofStore.timer.cancel();
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
                stores.values().forEach(OfStore::decideAll);
                waiting.addAll(stores.keySet());
                next(SLICE);
            });
        }
    }

    private void look(String store) {
        OfStore ofStore = stores.get(store);
        if (ofStore != null) {
            ofStore.decideAll();
            waiting.add(store);
            next(SLICE);
        }
    }

    /** @param most streams that may be decided in this turn still */
    private void next(int most) {
        int left = most;
        while (looking < AT_ONCE && !waiting.isEmpty()) {
            if (left <= 0) {
                later();
                return;
            }
            var store = waiting.iterator().next();
            waiting.remove(store);
            OfStore ofStore = stores.get(store);
            if (ofStore == null) {
                continue;
            }
            var found = entitlements.apply(store);
            if (found.isComplete()) {
                left -= looked(ofStore, store, found.result(), left);
            } else {
                looking++;
                int asked = ofStore.changes;
                found.onSuccess(lookup -> {
                    looking--;
                    // after another change the answer may be older than it, and another one is on its way
                    boolean last = asked == ofStore.changes && stores.get(store) == ofStore;
                    next(last ? SLICE - looked(ofStore, store, lookup, SLICE) : SLICE);
                });
            }
        }
    }

    private void later() {
        if (!scheduled) {
            scheduled = true;
            context.runOnContext(now -> {
                scheduled = false;
                next(SLICE);
            });
        }
    }

    /** @return how much of the slice that took */
    private int looked(OfStore ofStore, String store, Lookup lookup, int most) {
        if (lookup instanceof Lookup.Unavailable) {
            ofStore.timer.within(RETRY);
            return 1;
        }
        var slice = ofStore.slice(most);
        var taken = slice.size();
        slice.removeIf(stream -> !stream.isEnforcedNow());
        if (lookup instanceof Lookup.Found found) {
            plan(ofStore, found);
            slice.forEach(stream -> decide(stream, found.entitlements()));
        } else {
            var gone = Refuse.of(Reason.STORE_UNKNOWN, "The store is not known");
            slice.forEach(stream -> stream.cutOff(gone, null));
        }
        if (!ofStore.undecided.isEmpty()) {
            waiting.add(store);
        }
        return Math.max(1, taken);
    }

    private void decide(OpenStream stream, StoreEntitlements may) {
        stream.decide(clock.instant(), may)
                .onSuccess(decision -> take(stream, decision, may))
                .onFailure(fault -> LOG.error("An open stream could not be decided", fault));
    }

    private void take(OpenStream stream, Decision decision, StoreEntitlements may) {
        if (!(decision instanceof Refuse refuse)) {
            return;
        }
        OfStore ofStore = stores.get(stream.store());
        if (ofStore == null || !ofStore.open.contains(stream)) {
            return;
        }
        if (isFault(refuse.reason())) {
            ofStore.timer.within(RETRY);
        } else {
            stream.cutOff(refuse, may);
        }
    }

    /** What says nothing of the store. */
    private static boolean isFault(Reason reason) {
        return reason.status() >= Reason.CHECK_FAILED.status() && !reason.equals(Reason.FEATURE_UNKNOWN);
    }

    /** Nobody tells of what ends by time, nor of a load that failed and then did not. */
    private void plan(OfStore ofStore, Lookup.Found found) {
        if (found.stale().isPresent()) {
            ofStore.timer.within(RETRY);
        }
        Instant now = clock.instant();
        found.entitlements()
                .nextEnd(now)
                .map(end -> Duration.between(now, end))
                .ifPresent(time -> ofStore.timer.within(time.compareTo(LONGEST) < 0 ? time : LONGEST));
    }
}
