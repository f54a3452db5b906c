package dev.tiergate.plugin.tokenbucket;

import dev.tiergate.plugin.Call;
import dev.tiergate.plugin.Caller;
import dev.tiergate.plugin.Entitlements;
import dev.tiergate.plugin.Quota;
import dev.tiergate.plugin.tokenbucket.TokenBucketConfig.Scope;
import io.vertx.core.Future;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** A bucket for each store or user: full at first, emptied by what is charged, and filled again at the rate. */
final class TokenBucket implements Quota {

    private final String code;
    private final TokenBucketConfig config;
    private final Buckets buckets;
    private final Present present;
    private final long interval;
    private final long depth;

    TokenBucket(String code, TokenBucketConfig config, Buckets buckets, Present present) {
        this.code = code;
        this.config = config;
        this.buckets = buckets;
        this.present = present;
        this.interval = config.interval();
        this.depth = config.burst() * interval;
    }

    @Override
    public Future<Taken> take(Call call, long units) {
        var came = call.now();
        var now = present.of(came);
        var answer = new Taken[1];
        buckets.change(holder(call.entitlements(), call.caller(), call.shadow()), now, Bucket.full(came), before -> {
            var bucket = before.at(now, came, depth);
            boolean all = units <= config.burst() - used(bucket, now);
            var after = all ? bucket.without(units * interval) : bucket;
            answer[0] = new Taken(all, state(after, now, all ? null : fits(bucket, units)));
            return after;
        });
        return Future.succeededFuture(answer[0]);
    }

    /** A bucket that was full meanwhile has them back already. */
    @Override
    public void giveBack(Call call, long units) {
        var came = call.now();
        buckets.giveBack(
                holder(call.entitlements(), call.caller(), call.shadow()),
                present.of(came),
                bucket -> came.isBefore(bucket.since()) ? bucket : bucket.without(-units * interval));
    }

    @Override
    public Future<State> read(Entitlements entitlements, Caller caller, boolean shadow, Instant when) {
        var now = present.of(when);
        var known = buckets.get(holder(entitlements, caller, shadow));
        var bucket = known == null ? Bucket.full(now) : known.at(now, now, depth);
        return Future.succeededFuture(state(bucket, now, bucket.isFull(now) ? null : bucket.fullAt()));
    }

    private Holder holder(Entitlements entitlements, Caller caller, boolean shadow) {
        var user = config.scope() == Scope.USER ? caller.user() : null;
        return new Holder(code, entitlements.store().externalId(), user, shadow);
    }

    /** When so many will be there; null where the bucket is too small for them. */
    private @Nullable Instant fits(Bucket bucket, long units) {
        return units > config.burst() ? null : bucket.fullAt().minusNanos((config.burst() - units) * interval);
    }

    private State state(Bucket bucket, Instant now, @Nullable Instant resetsAt) {
        return new State(config.burst(), used(bucket, now), resetsAt);
    }

    /** A unit that is not wholly back counts as used. */
    private long used(Bucket bucket, Instant now) {
        return (bucket.missing(now) + interval - 1) / interval;
    }
}
