package dev.tiergate.entitlement;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.tiergate.telemetry.Lately;
import io.vertx.core.Future;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * What stores may use, in memory, shared by all event loops.
 *
 * <p>A store that is known is answered at once: no query, no lock. The first request of a store waits for one load, however
 * many ask; its answer comes on the asker's own context.
 *
 * <p>The ladder: fresh → older than the ttl: answered, read again behind → PostgreSQL away: answered with its age, up to
 * max-stale, and where memory has none, from the copy that a load left behind → past that {@link Lookup.Unavailable}. A
 * store of which a change is known is read before it is answered, and answered from memory only where that fails.
 */
public final class EntitlementCache {

    private static final Future<Lookup> UNKNOWN = Future.succeededFuture(new Lookup.Unknown());
    private static final Future<Lookup> NOT_LOADED =
            Future.succeededFuture(new Lookup.Unavailable("the catalogue is not loaded yet"));
    private static final Future<Lookup> NO_SUCH_TIER =
            Future.succeededFuture(new Lookup.Unavailable("the tier of unknown stores is not in the catalogue"));

    /** Where a plan is not named, Orion's is meant. */
    private static final String DEFAULT_PLAN = "orion";

    private final Cache<String, CachedStore> stores;
    private final Cache<String, Absence> absent;
    private final Snapshots snapshots;
    private final StoreLoads loads;
    private final CacheBounds bounds;
    private final LongSupplier clock;
    private volatile CacheSettings settings;
    private volatile long floor;
    private final Lately copied;
    private final Lately unavailable;
    private volatile boolean sourceAway;
    private volatile long awaySince;
    private final List<EntitlementListener> listeners = new CopyOnWriteArrayList<>();

    /** An id that was no store, and what is known to have happened since. */
    private record Absence(long loadedAt, long revision) {}

    EntitlementCache(
            Loading loading,
            EntitlementSource source,
            Snapshots snapshots,
            CacheSettings settings,
            CacheBounds bounds,
            LongSupplier clock,
            EntitlementCopies copies) {
        this.snapshots = snapshots;
        this.settings = settings;
        this.bounds = bounds;
        this.clock = clock;
        this.copied = new Lately(clock);
        this.unavailable = new Lately(clock);
        this.stores = Caffeine.newBuilder().maximumSize(bounds.stores()).build();
        this.absent = Caffeine.newBuilder().maximumSize(bounds.unknown()).build();
        this.loads = new StoreLoads(loading, source, snapshots, bounds, new Memory(), copies);
    }

    /**
     * A store that is known and fresh, as nearly every request finds it; null where {@link #find} has to be asked. May be
     * called from any thread.
     */
    public @Nullable StoreEntitlements fresh(String externalStoreId) {
        CachedStore known = stores.getIfPresent(externalStoreId);
        return known != null && known.catalogue() == snapshots.current() && isFresh(known, clock.getAsLong())
                ? known
                : null;
    }

    private boolean isFresh(CachedStore known, long now) {
        long ttl = settings.ttl().toNanos();
        return !known.isCopy()
                && !known.supersededBy(floor)
                && known.age(now) <= Math.min(ttl, settings.maxStale().toNanos())
                && !known.refreshDue(now, ttl);
    }

    /** May be called from any thread. The future never fails. */
    public Future<Lookup> find(String externalStoreId) {
        Catalogue current = snapshots.current();
        if (current == null) {
            return NOT_LOADED;
        }
        CachedStore known = stores.getIfPresent(externalStoreId);
        if (known != null && known.catalogue() != current) {
            known = rebase(externalStoreId, known, current);
        }
        long now = clock.getAsLong();
        if (known != null) {
            return known(externalStoreId, known, now);
        }
        return isAbsent(externalStoreId, now)
                ? ofUnknownStore(externalStoreId, current)
                : loads.await(externalStoreId).map(loaded -> answer(externalStoreId, loaded, null));
    }

    private Future<Lookup> known(String id, CachedStore known, long now) {
        if (isFresh(known, now)) {
            return known.lookup();
        }
        long ttl = settings.ttl().toNanos();
        long age = known.age(now);
        boolean tooOld = age > settings.maxStale().toNanos() && age > ttl;
        if (known.isCopy() && sourceAway && !tooOld) {
            copied.happened();
            return known.staleLookup(now);
        }
        if (tooOld || known.isCopy() || known.supersededBy(floor)) {
            return !tooOld && known.restsAt(now)
                    ? known.staleLookup(now)
                    : loads.await(id).map(loaded -> answer(id, loaded, known));
        }
        if (known.refreshDue(now, ttl) && !known.restsAt(now)) {
            loads.refresh(id);
        }
        return age > ttl && (sourceAway || known.loadFailed()) ? known.staleLookup(now) : known.lookup();
    }

    /** What a load came to, for a request that waited for it. */
    private Lookup answer(String id, StoreLoads.Loaded loaded, @Nullable CachedStore before) {
        if (loaded instanceof StoreLoads.Loaded.Failed failed) {
            long now = clock.getAsLong();
            boolean canServe =
                    before != null && before.age(now) <= settings.maxStale().toNanos();
            if (before != null && canServe) {
                return before.staleLookup(now).result();
            }
            unavailable.happened();
            return new Lookup.Unavailable(failed.why());
        }
        if (loaded instanceof StoreLoads.Loaded.Store store) {
            return new Lookup.Found(store.entitlements(), Optional.empty());
        }
        if (loaded instanceof StoreLoads.Loaded.Copy copy) {
            copied.happened();
            return new Lookup.Found(copy.entitlements(), Optional.of(copy.age()));
        }
        Catalogue current = snapshots.current();
        return (current == null ? NOT_LOADED : ofUnknownStore(id, current)).result();
    }

    private @Nullable CachedStore rebase(String id, CachedStore known, Catalogue current) {
        CachedStore next = known.on(current);
        if (next == null) {
            stores.asMap().remove(id, known);
        } else {
            stores.asMap().replace(id, known, next);
        }
        return next;
    }

    private boolean isAbsent(String id, long now) {
        Absence absence = absent.getIfPresent(id);
        return absence != null
                && absence.revision() >= floor
                && now - absence.loadedAt() < bounds.unknownTtl().toNanos();
    }

    private Future<Lookup> ofUnknownStore(String id, Catalogue current) {
        String tier = settings.unknownStoreTier();
        if (tier == null) {
            return UNKNOWN;
        }
        TierView view = current.viewInAnyPlan(DEFAULT_PLAN, tier);
        return view == null
                ? NO_SUCH_TIER
                : Future.succeededFuture(new Lookup.Found(StoreReader.unknownStore(id, view), Optional.empty()));
    }

    /** What loads came to, and what they need to know of it; called on the loading context. */
    private final class Memory implements StoreLoads.Keeper {

        @Override
        public void keep(String id, StoreLoads.Loaded loaded) {
            long now = clock.getAsLong();
            CachedStore known = stores.getIfPresent(id);
            if (loaded instanceof StoreLoads.Loaded.Failed) {
                if (known != null) {
                    known.rest(now + bounds.retry().toNanos());
                }
            } else if (loaded instanceof StoreLoads.Loaded.Copy copy) {
                var copied =
                        CachedStore.ofCopy(copy.entitlements(), now - copy.age().toNanos(), copy.revision());
                copied.rest(now + bounds.retry().toNanos());
                stores.put(key(copy.entitlements()), copied);
            } else {
                sourceAway = false;
                arrived(id, loaded, now, known);
            }
        }

        private void arrived(String id, StoreLoads.Loaded loaded, long now, @Nullable CachedStore known) {
            if (loaded instanceof StoreLoads.Loaded.Store store && isNewer(store.revision(), known)) {
                stores.put(key(store.entitlements()), new CachedStore(store.entitlements(), now, store.revision()));
                absent.invalidate(id);
            } else if (loaded instanceof StoreLoads.Loaded.None none && isNewer(none.revision(), known)) {
                stores.invalidate(id);
                absent.put(id, new Absence(now, none.revision()));
            }
        }

        /** The string that the store has anyway, rather than another one that is equal. */
        private String key(StoreEntitlements entitlements) {
            return entitlements.store().externalId();
        }

        private boolean isNewer(long revision, @Nullable CachedStore known) {
            return known == null || known.isCopy() || known.revision() <= revision;
        }

        @Override
        public boolean lacks(String id) {
            CachedStore known = stores.getIfPresent(id);
            return known == null
                    || known.age(clock.getAsLong()) > settings.maxStale().toNanos();
        }

        @Override
        public boolean isSourceAway() {
            return sourceAway;
        }
    }

    /** From now on, these are believed. */
    public void reconfigure(CacheSettings next) {
        settings = next;
    }

    CacheSettings settings() {
        return settings;
    }

    /** From now on it is told of every change. */
    public void listen(EntitlementListener listener) {
        listeners.add(listener);
    }

    /** The snapshot that answers now; empty until one is loaded. */
    public Optional<Catalogue> catalogue() {
        return Optional.ofNullable(snapshots.current());
    }

    /** Stores in memory, about. */
    public long size() {
        return stores.estimatedSize();
    }

    /** Ids in memory that are no store. */
    long absences() {
        absent.cleanUp();
        return absent.estimatedSize();
    }

    boolean isSourceAway() {
        return sourceAway;
    }

    /** Called on the loading context, as are the following. */
    void sourceAway(boolean away) {
        if (away && !sourceAway) {
            awaySince = clock.getAsLong();
        }
        sourceAway = away;
    }

    /** How well stores are known; what was read before an outage is believed up to max-stale. */
    EntitlementsRung rung() {
        if (!sourceAway) {
            return EntitlementsRung.FRESH;
        }
        boolean tooLong = clock.getAsLong() - awaySince > settings.maxStale().toNanos();
        if (tooLong || unavailable.has()) {
            return EntitlementsRung.DOWN;
        }
        return copied.has() ? EntitlementsRung.COPY : EntitlementsRung.STALE;
    }

    /** A store changed: if it is in memory, it is read again now, and not answered before. */
    void invalidate(String id, long revision) {
        absent.invalidate(id);
        loads.require(id, revision);
        CachedStore known = stores.getIfPresent(id);
        if (known != null) {
            known.supersede(revision);
            if (known.supersededBy(0)) {
                loads.refresh(id);
            }
        }
        listeners.forEach(listener -> listener.storeChanged(id, revision));
    }

    /** A catalogue of this revision or a later one serves, and no store is answered from before it. */
    void changed(long revision) {
        listeners.forEach(listener -> listener.allChanged(revision));
    }

    /** Any store may have changed up to the revision: each is read again before it is answered. */
    void invalidateAll(long revision) {
        loads.requireAll(revision);
        floor = revision;
    }

    /** Revisions began anew, as after a restored backup: nothing in memory can be compared with them. */
    void forgetAll() {
        floor = 0;
        stores.invalidateAll();
        absent.invalidateAll();
    }
}
