package dev.tiergate.entitlement;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/** A database in memory that can be held, broken, and asked what was asked of it. */
final class FakeSource implements EntitlementSource {

    final List<String> asked = new CopyOnWriteArrayList<>();
    final AtomicInteger atOnce = new AtomicInteger();
    final AtomicInteger mostAtOnce = new AtomicInteger();
    private final Map<String, String> tiers = new ConcurrentHashMap<>();
    private final List<Held> held = new ArrayList<>();
    private volatile String catalogue = Fixtures.SHOP;
    private final AtomicLong revision = new AtomicLong(1);
    private volatile boolean broken;
    private boolean holding;

    /** Of all stores; null as an older version left it. */
    volatile @Nullable Set<String> optIns;

    private record Held(String id, Promise<LoadedStore> promise, LoadedStore answer) {}

    synchronized void store(String id, @Nullable String tier) {
        revision.incrementAndGet();
        if (tier == null) {
            tiers.remove(id);
        } else {
            tiers.put(id, tier);
        }
    }

    void catalogue(String yaml) {
        revision.incrementAndGet();
        catalogue = yaml;
    }

    void breakDown(boolean down) {
        broken = down;
    }

    /** From now on answers are made, but not given. */
    synchronized void hold() {
        holding = true;
    }

    synchronized int held() {
        return held.size();
    }

    void release() {
        List<Held> all;
        synchronized (this) {
            holding = false;
            all = List.copyOf(held);
            held.clear();
        }
        all.forEach(one -> {
            atOnce.decrementAndGet();
            one.promise().complete(one.answer());
        });
    }

    @Override
    public Future<Long> revision() {
        return broken ? Future.failedFuture("down") : Future.succeededFuture(revision.get());
    }

    @Override
    public Future<CatalogueRows> catalogue() {
        return broken
                ? Future.failedFuture("down")
                : Future.succeededFuture(Catalogues.at(revision.get(), Catalogues.rows(catalogue)));
    }

    @Override
    public synchronized Future<LoadedStore> store(String externalId) {
        asked.add(externalId);
        if (broken) {
            return Future.failedFuture("down");
        }
        var tier = tiers.get(externalId);
        var row = tier == null
                ? null
                : new StoreRow(
                        externalId,
                        externalId,
                        "Store",
                        "shop",
                        tier,
                        "active",
                        "UTC",
                        Instant.EPOCH,
                        List.of(),
                        Map.of(),
                        null,
                        optIns);
        var answer = new LoadedStore(revision.get(), row);
        if (!holding) {
            return Future.succeededFuture(answer);
        }
        mostAtOnce.accumulateAndGet(atOnce.incrementAndGet(), Math::max);
        Promise<LoadedStore> promise = Promise.promise();
        held.add(new Held(externalId, promise, answer));
        return promise.future();
    }

    long revisionNow() {
        return revision.get();
    }
}
