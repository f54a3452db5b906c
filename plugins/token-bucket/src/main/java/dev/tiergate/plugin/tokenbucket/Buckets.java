package dev.tiergate.plugin.tokenbucket;

import java.time.Instant;
import java.util.Iterator;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * The buckets of a node that are not full, of all limits that the plugin counts, as one event loop uses them: one that is
 * full again says no more than one that is not there. There is a bound; beyond it the fullest of a few is forgotten.
 */
final class Buckets {

    /** Of a node, at any one time. */
    static final int MOST = 100_000;

    /** For each that comes; more than one, so that those which are full again do not gather. */
    private static final int LOOKED_AT = 8;

    private final ConcurrentHashMap<Holder, Bucket> all;
    private final int most;
    private Iterator<Holder> next;

    /** @param all shared by the event loops */
    Buckets(ConcurrentHashMap<Holder, Bucket> all, int most) {
        this.all = all;
        this.most = most;
        this.next = all.keySet().iterator();
    }

    @Nullable
    Bucket get(Holder holder) {
        return all.get(holder);
    }

    /**
     * In one step, whoever else does the same.
     *
     * @param full stands for none
     */
    void change(Holder holder, Instant now, Bucket full, UnaryOperator<Bucket> step) {
        if (!all.containsKey(holder)) {
            makeRoom(now);
        }
        all.compute(holder, (key, bucket) -> kept(step.apply(bucket == null ? full : bucket), now));
    }

    /** The same, only where there is one: a full one has no room. */
    void giveBack(Holder holder, Instant now, UnaryOperator<Bucket> step) {
        all.computeIfPresent(holder, (key, bucket) -> kept(step.apply(bucket), now));
    }

    private static @Nullable Bucket kept(Bucket bucket, Instant now) {
        return bucket.isFull(now) ? null : bucket;
    }

    private void makeRoom(Instant now) {
        Holder fullest = null;
        var soonest = Instant.MAX;
        for (int i = 0; i < LOOKED_AT; i++) {
            var holder = next();
            var bucket = holder == null ? null : all.get(holder);
            if (bucket == null) {
                continue;
            }
            if (bucket.isFull(now)) {
                all.remove(holder, bucket);
            } else if (bucket.fullAt().isBefore(soonest)) {
                fullest = holder;
                soonest = bucket.fullAt();
            }
        }
        if (fullest != null && all.size() >= most) {
            all.remove(fullest);
        }
    }

    /** Round and round; null where there are none. */
    private @Nullable Holder next() {
        if (!next.hasNext()) {
            next = all.keySet().iterator();
        }
        return next.hasNext() ? next.next() : null;
    }
}
