package dev.tiergate.entitlement;

import io.vertx.core.Future;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A store in memory: its entitlements, and what says how long they are believed. One object rather than two, for there are
 * many. All but the two marks is fixed; a reload puts another in its place.
 *
 * <p>Times are nanoseconds of a monotonic clock.
 */
final class CachedStore extends StoreEntitlements {

    /** A store is read again after four fifths to all of the ttl. */
    private static final double EARLIEST_REFRESH = 0.8;

    private final long loadedAt;
    private final long revision;
    /** From a copy, with no word from PostgreSQL since. */
    private final boolean copy;
    /** A change after the revision is known of. */
    private volatile boolean superseded;
    /** After a failed load, the milliseconds from loading to when another is worth waiting for; otherwise 0. */
    private volatile int restMillis;

    CachedStore(StoreEntitlements entitlements, long loadedAt, long revision) {
        this(entitlements, entitlements.view(), loadedAt, revision, false);
    }

    private CachedStore(StoreEntitlements entitlements, TierView view, long loadedAt, long revision, boolean copy) {
        super(entitlements, view);
        this.loadedAt = loadedAt;
        this.revision = revision;
        this.copy = copy;
    }

    static CachedStore ofCopy(StoreEntitlements entitlements, long loadedAt, long revision) {
        return new CachedStore(entitlements, entitlements.view(), loadedAt, revision, true);
    }

    /** The same under another snapshot; null when its tier is not there. */
    @Nullable
    CachedStore on(Catalogue catalogue) {
        var next = catalogue.view(view().plan(), view().ref().code());
        if (next == null) {
            return null;
        }
        var other = new CachedStore(this, next, loadedAt, revision, copy);
        other.superseded = superseded;
        other.restMillis = restMillis;
        return other;
    }

    long revision() {
        return revision;
    }

    /** Made for each answer: kept, it would cost every store in memory more than it costs a request. */
    Future<Lookup> lookup() {
        return Future.succeededFuture(new Lookup.Found(this, Optional.empty()));
    }

    Future<Lookup> staleLookup(long now) {
        return Future.succeededFuture(new Lookup.Found(this, Optional.of(Duration.ofNanos(now - loadedAt))));
    }

    long age(long now) {
        return now - loadedAt;
    }

    /** A load failed so lately that the next one need not be waited for. */
    boolean restsAt(long now) {
        return age(now) < TimeUnit.MILLISECONDS.toNanos(restMillis);
    }

    boolean loadFailed() {
        return restMillis != 0;
    }

    /** @param until within 24 days of the loading; a store is not believed for so long */
    void rest(long until) {
        // rounded up, so that it is never none
        restMillis = (int) Math.min(Integer.MAX_VALUE, 1 + TimeUnit.NANOSECONDS.toMillis(age(until)));
    }

    boolean isCopy() {
        return copy;
    }

    /** @param floor changes up to this revision may have touched any store */
    boolean supersededBy(long floor) {
        return superseded || revision < floor;
    }

    void supersede(long newRevision) {
        if (revision < newRevision) {
            superseded = true;
        }
    }

    /** Chance, but the same each time it is asked: of the store and of the moment at which it was loaded. */
    boolean refreshDue(long now, long ttl) {
        long age = age(now);
        if (age < (long) (ttl * EARLIEST_REFRESH)) {
            return false; // nearly always, and without a look at the store's name
        }
        long mixed = (loadedAt ^ store().externalId().hashCode()) * 0x9E3779B97F4A7C15L;
        double share = (mixed >>> 11) * 0x1.0p-53;
        return age >= (long) (ttl * (EARLIEST_REFRESH + (1 - EARLIEST_REFRESH) * share));
    }
}
