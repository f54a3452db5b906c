package dev.tiergate.plugins;

import dev.tiergate.plugin.Call;
import dev.tiergate.plugin.Caller;
import dev.tiergate.plugin.Entitlements;
import dev.tiergate.plugin.Quota;
import io.vertx.core.Future;
import java.time.Instant;

/** A limit that a plugin counts, as it is asked: in time and on the event loop, or a future that fails. */
final class GuardedQuota implements Quota, AutoCloseable {

    private final Quota quota;
    private final PluginGuard guard;

    GuardedQuota(Quota quota, PluginGuard guard) {
        this.quota = quota;
        this.guard = guard;
    }

    /** Units that are taken too late come back. */
    @Override
    public Future<Taken> take(Call call, long units) {
        return guard.ask(asked -> quota.take(asked, units), call, any -> true, late -> {
            if (late.all()) {
                quota.giveBack(call, units);
            }
        });
    }

    @Override
    public void giveBack(Call call, long units) {
        guard.tell(() -> quota.giveBack(call, units));
    }

    @Override
    public Future<State> read(Entitlements entitlements, Caller caller, boolean shadow, Instant now) {
        return guard.ask(asked -> quota.read(asked, caller, shadow, now), entitlements, any -> true, late -> {});
    }

    @Override
    public void close() {
        if (quota instanceof AutoCloseable owner) {
            guard.tell(owner::close);
        }
    }
}
