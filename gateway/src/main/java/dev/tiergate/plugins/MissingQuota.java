package dev.tiergate.plugins;

import dev.tiergate.plugin.Call;
import dev.tiergate.plugin.Caller;
import dev.tiergate.plugin.Entitlements;
import dev.tiergate.plugin.Quota;
import io.vertx.core.Future;
import java.time.Instant;

/** In the place of one that the plugin could not make. */
final class MissingQuota implements Quota {

    @Override
    public Future<Taken> take(Call call, long units) {
        return missing();
    }

    @Override
    public void giveBack(Call call, long units) {}

    @Override
    public Future<State> read(Entitlements entitlements, Caller caller, boolean shadow, Instant now) {
        return missing();
    }

    private static <T> Future<T> missing() {
        return Future.failedFuture("the plugin made no quota");
    }
}
