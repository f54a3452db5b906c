package dev.tiergate.plugin.testkit;

import dev.tiergate.plugin.Call;
import dev.tiergate.plugin.Caller;
import dev.tiergate.plugin.Entitlements;
import dev.tiergate.plugin.Quota;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/** A limit of 9 units for each store that does one thing wrong. */
final class FaultyQuota implements Quota, AutoCloseable {

    private static final long LIMIT = 9;
    private static final long A_MOMENT = Duration.ofMillis(1).toNanos();

    private final @Nullable QuotaFault fault;
    private final Map<String, Long> used;
    private final AtomicBoolean closed;

    /**
     * @param used by store
     * @param closed whether one of them was
     */
    FaultyQuota(@Nullable QuotaFault fault, Map<String, Long> used, AtomicBoolean closed) {
        this.fault = fault;
        this.used = used;
        this.closed = closed;
        closed.set(false);
    }

    @Override
    public Future<Taken> take(Call call, long units) {
        var post = call.method().equals("POST");
        if (fault == QuotaFault.THROWS && call.caller().user().isEmpty()) {
            throw new IllegalArgumentException("nobody");
        } else if (fault == QuotaFault.GIVES_NOTHING && post) {
            return null;
        } else if (fault == QuotaFault.IS_LATE && post) {
            return Promise.<Taken>promise().future();
        } else if (fault == QuotaFault.WAITS) {
            LockSupport.parkNanos(A_MOMENT);
        } else if (fault == QuotaFault.CLOSES_OTHERS && closed.get()) {
            throw new IllegalStateException("closed");
        }
        var store = store(call);
        long before = used.getOrDefault(store, 0L);
        boolean all = fault == QuotaFault.OVERFLOWS ? before + units + 1 <= LIMIT + 1 : units <= LIMIT - before;
        if (all || fault == QuotaFault.TAKES_WHAT_DOES_NOT_FIT) {
            used.put(store, all ? before + units : LIMIT);
        }
        return Future.succeededFuture(new Taken(all, state(used.getOrDefault(store, 0L))));
    }

    @Override
    public void giveBack(Call call, long units) {
        if (fault == QuotaFault.THROWS_AT_WHAT_COMES_BACK) {
            throw new IllegalStateException("a bad plugin");
        }
        if (fault != QuotaFault.KEEPS_WHAT_COMES_BACK) {
            used.merge(store(call), -units, Long::sum);
        }
    }

    @Override
    public Future<State> read(Entitlements entitlements, Caller caller, boolean shadow, Instant now) {
        var of = store(entitlements, shadow && fault != QuotaFault.READS_NO_SHADOW);
        var taken = used.getOrDefault(of, 0L);
        return Future.succeededFuture(state(fault == QuotaFault.TELLS_LESS_THAN_NOTHING ? taken - 1 : taken));
    }

    private String store(Call call) {
        return store(call.entitlements(), call.shadow() && fault != QuotaFault.COUNTS_SHADOW);
    }

    private static String store(Entitlements entitlements, boolean shadow) {
        var store = entitlements.store().externalId();
        return shadow ? store + " in shadow" : store;
    }

    private static State state(long current) {
        return new State(LIMIT, current, null);
    }

    @Override
    public void close() {
        closed.set(true);
    }
}
