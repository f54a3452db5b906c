package dev.tiergate.entitlement;

import dev.tiergate.entitlement.EntitlementSource.LoadedStore;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.HashSet;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;

/**
 * Loads of stores: one at a time for each store, so many at a time in all, so many waiting, each within its deadline.
 *
 * <p>All but {@link #await} and {@link #refresh} runs on the loading context.
 */
final class StoreLoads {

    /** What a load came to. */
    sealed interface Loaded {

        record Store(StoreEntitlements entitlements, long revision) implements Loaded {}

        /** @param age since the copy was true */
        record Copy(StoreEntitlements entitlements, long revision, Duration age) implements Loaded {}

        record None(long revision) implements Loaded {}

        record Failed(String why) implements Loaded {}
    }

    /** Takes in what each load came to. */
    interface Keeper {
        void keep(String id, Loaded loaded);

        /** Whether a copy would be of use: there is nothing in memory to answer with. */
        boolean lacks(String id);

        /** Whether PostgreSQL is known not to answer. */
        boolean isSourceAway();
    }

    private static final Loaded.Failed TOO_MANY = new Loaded.Failed("too many stores are loading");
    private static final Loaded.Failed TOO_LATE = new Loaded.Failed("PostgreSQL did not answer in time");

    private final Loading loading;
    private final EntitlementSource source;
    private final Snapshots snapshots;
    private final CacheBounds bounds;
    private final Keeper keeper;
    private final EntitlementCopies copies;
    private final ConcurrentMap<String, Load> loads = new ConcurrentHashMap<>();
    private final Queue<Load> waiting = new ArrayDeque<>();
    private final Set<Load> running = new HashSet<>();
    private long requiredOfAll;

    private static final class Load {
        final String id;
        final Promise<Loaded> promise = Promise.promise();
        long required;
        long timer;
        boolean ended;
        boolean copyAsked;

        Load(String id) {
            this.id = id;
        }
    }

    StoreLoads(
            Loading loading,
            EntitlementSource source,
            Snapshots snapshots,
            CacheBounds bounds,
            Keeper keeper,
            EntitlementCopies copies) {
        this.loading = loading;
        this.source = source;
        this.snapshots = snapshots;
        this.bounds = bounds;
        this.keeper = keeper;
        this.copies = copies;
    }

    /** The outcome of the load that runs, or of a new one, on the caller's context. Never fails. */
    Future<Loaded> await(String id) {
        Load load = loads.get(id);
        if (load == null) {
            if (loads.size() >= bounds.waiting() + bounds.loads()) {
                return Future.succeededFuture(TOO_MANY);
            }
            load = join(id);
        }
        return loading.handBack(load.promise.future());
    }

    /** Loads behind the requests, unless half of the places are taken: those who wait go first. */
    void refresh(String id) {
        if (loads.size() < bounds.waiting() / 2) {
            join(id);
        }
    }

    private Load join(String id) {
        Load load = new Load(id);
        Load other = loads.putIfAbsent(id, load);
        if (other != null) {
            return other;
        }
        loading.run(() -> begin(load));
        return load;
    }

    /** What is known of the store before this revision is not enough. */
    void require(String id, long revision) {
        Load load = loads.get(id);
        if (load != null) {
            load.required = Math.max(load.required, revision);
        }
        for (Load late : running) {
            if (late.id.equals(id)) {
                late.required = Math.max(late.required, revision);
            }
        }
    }

    void requireAll(long revision) {
        requiredOfAll = revision;
    }

    /** A source that is known to be away is not waited for, where a copy can answer. */
    private void begin(Load load) {
        if (keeper.isSourceAway() && keeper.lacks(load.id)) {
            load.copyAsked = true;
            copy(load.id).onSuccess(copy -> copy.ifPresentOrElse(found -> end(load, found), () -> enqueue(load)));
        } else {
            enqueue(load);
        }
    }

    private void enqueue(Load load) {
        load.timer = loading.after(bounds.deadline(), () -> end(load, TOO_LATE));
        waiting.add(load);
        runNext();
    }

    private void runNext() {
        while (running.size() < bounds.loads()) {
            Load next = waiting.poll();
            if (next == null) {
                return;
            }
            if (!next.ended) {
                run(next);
            }
        }
    }

    /** The place is held until the query itself ends: a PostgreSQL that hangs gets no more queries than places. */
    private void run(Load load) {
        running.add(load);
        source.store(load.id)
                .compose(loaded -> read(load.id, loaded))
                .otherwise(fault -> new Loaded.Failed(PostgresFaults.describe(fault)))
                .onSuccess(loaded -> loading.run(() -> {
                    running.remove(load);
                    arrived(load, loaded);
                    runNext();
                }));
    }

    private void arrived(Load load, Loaded loaded) {
        if (isOutdated(load, loaded)) {
            if (!load.ended) {
                waiting.add(load);
            }
        } else if (!load.ended) {
            end(load, loaded);
        } else if (!(loaded instanceof Loaded.Failed)) {
            // Nobody waits any more, but the next request can have it.
            keeper.keep(load.id, loaded);
        }
    }

    private boolean isOutdated(Load load, Loaded loaded) {
        long least = Math.max(load.required, requiredOfAll);
        return (loaded instanceof Loaded.Store store && store.revision() < least)
                || (loaded instanceof Loaded.None none && none.revision() < least);
    }

    private void end(Load load, Loaded loaded) {
        if (load.ended) {
            return;
        }
        load.ended = true;
        loading.cancel(load.timer);
        if (loaded instanceof Loaded.Failed && !load.copyAsked && keeper.lacks(load.id)) {
            copy(load.id).onSuccess(copy -> complete(load, copy.orElse(loaded)));
        } else {
            complete(load, loaded);
        }
    }

    private void complete(Load load, Loaded loaded) {
        keeper.keep(load.id, loaded);
        loads.remove(load.id, load);
        load.promise.complete(loaded);
    }

    /** Never fails; its answer comes on the loading context. */
    private Future<Optional<Loaded>> copy(String id) {
        Promise<Optional<Loaded>> promise = Promise.promise();
        copies.store(id).onSuccess(found -> loading.run(() -> promise.complete(found.flatMap(this::believed))));
        return promise.future();
    }

    private Optional<Loaded> believed(EntitlementCopies.Found<LoadedStore> found) {
        var row = found.content().row();
        var catalogue = snapshots.current();
        if (row == null || catalogue == null) {
            return Optional.empty();
        }
        var revision = found.content().revision();
        return new StoreReader(catalogue, snapshots.rejected()).read(row, revision)
                        instanceof StoreReader.Reading.Read read
                ? Optional.of(new Loaded.Copy(read.entitlements(), revision, found.age()))
                : Optional.empty();
    }

    private Future<Loaded> read(String id, LoadedStore loaded) {
        StoreRow row = loaded.row();
        Catalogue catalogue = snapshots.current();
        if (row == null) {
            loading.run(() -> copies.keep(id, loaded));
            return Future.succeededFuture(new Loaded.None(loaded.revision()));
        }
        if (catalogue == null) {
            return Future.succeededFuture(new Loaded.Failed("the catalogue is not loaded yet"));
        }
        var reading = new StoreReader(catalogue, snapshots.rejected()).read(row, loaded.revision());
        if (reading instanceof StoreReader.Reading.Read read) {
            loading.run(() -> copies.keep(id, loaded));
            return Future.succeededFuture(new Loaded.Store(read.entitlements(), loaded.revision()));
        }
        if (reading instanceof StoreReader.Reading.Nonsense nonsense) {
            return Future.succeededFuture(refused(row, nonsense.why()));
        }
        return catalogue.revision() >= loaded.revision()
                ? Future.succeededFuture(refused(row, "has a tier that is not in the catalogue"))
                : onLoadingContext(id, loaded);
    }

    private Future<Loaded> onLoadingContext(String id, LoadedStore loaded) {
        Promise<Loaded> promise = Promise.promise();
        loading.run(() -> snapshots
                .atLeast(loaded.revision())
                .compose(newer -> read(id, loaded))
                .onComplete(promise));
        return promise.future();
    }

    private Loaded refused(StoreRow row, String why) {
        snapshots.rejected().reject("stores", String.valueOf(row.externalId()), why);
        return new Loaded.Failed("the store's row " + why);
    }
}
