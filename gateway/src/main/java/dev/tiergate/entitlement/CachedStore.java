package dev.tiergate.entitlement;

import io.vertx.core.Future;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A store in memory. All but the two marks is fixed; a reload puts another in its place.
 *
 * <p>Times are nanoseconds of a monotonic clock.
 */
final class CachedStore {

    /** A store is read again after four fifths to all of the ttl. */
    private static final double EARLIEST_REFRESH = 0.8;

    private final StoreEntitlements entitlements;
    /** Made once, so that a warm answer allocates nothing. */
    private final Future<Lookup> lookup;

    private final long loadedAt;
    private final long revision;
    /** From a copy, with no word from PostgreSQL since. */
    private final boolean copy;
    /** A change after the revision is known of. */
    private volatile boolean superseded;
    /** After a failed load, the time from which another is worth waiting for; otherwise {@code loadedAt}. */
    private volatile long retryAt;

    CachedStore(StoreEntitlements entitlements, long loadedAt, long revision) {
        this(entitlements, loadedAt, revision, false);
    }

    CachedStore(StoreEntitlements entitlements, long loadedAt, long revision, boolean copy) {
        this.entitlements = entitlements;
        this.lookup = Future.succeededFuture(new Lookup.Found(entitlements, Optional.empty()));
        this.loadedAt = loadedAt;
        this.revision = revision;
        this.retryAt = loadedAt;
        this.copy = copy;
    }

    /** The same under another snapshot; null when its tier is not there. */
    @Nullable
    CachedStore on(Catalogue catalogue) {
        var next = entitlements.on(catalogue);
        if (next == null) {
            return null;
        }
        var other = new CachedStore(next, loadedAt, revision, copy);
        other.superseded = superseded;
        other.retryAt = retryAt;
        return other;
    }

    Catalogue catalogue() {
        return entitlements.catalogue();
    }

    long revision() {
        return revision;
    }

    Future<Lookup> lookup() {
        return lookup;
    }

    Future<Lookup> staleLookup(long now) {
        return Future.succeededFuture(new Lookup.Found(entitlements, Optional.of(Duration.ofNanos(now - loadedAt))));
    }

    long age(long now) {
        return now - loadedAt;
    }

    /** A load failed so lately that the next one need not be waited for. */
    boolean restsAt(long now) {
        return retryAt - now > 0;
    }

    boolean loadFailed() {
        return retryAt != loadedAt;
    }

    void rest(long until) {
        retryAt = until;
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
        long mixed = (loadedAt ^ entitlements.store().externalId().hashCode()) * 0x9E3779B97F4A7C15L;
        double share = (mixed >>> 11) * 0x1.0p-53;
        return age(now) >= (long) (ttl * (EARLIEST_REFRESH + (1 - EARLIEST_REFRESH) * share));
    }
}
