package com.example.minimumversion;

import dev.tiergate.plugin.Allow;
import dev.tiergate.plugin.Call;
import dev.tiergate.plugin.Check;
import dev.tiergate.plugin.Decision;
import dev.tiergate.plugin.Reason;
import dev.tiergate.plugin.Refuse;
import io.vertx.core.Future;
import java.util.Optional;

/** Asked about each request of its route, on one event loop. */
final class MinimumVersionCheck implements Check {

    private static final Reason APP_OUTDATED = Reason.forbidden("app_outdated");

    private final MinimumVersionConfig config;
    private final Version first;
    private final Runnable outdated;

    /** @param outdated run for each request that is refused */
    MinimumVersionCheck(MinimumVersionConfig config, Runnable outdated) {
        this.config = config;
        this.first = config.first();
        this.outdated = outdated;
    }

    @Override
    public Future<Decision> ask(Call call) {
        return Future.succeededFuture(isNewEnough(call) ? Allow.plain() : refused());
    }

    private boolean isNewEnough(Call call) {
        return Optional.ofNullable(call.headers().get(config.header()))
                .flatMap(Version::parse)
                .filter(version -> version.compareTo(first) >= 0)
                .isPresent();
    }

    private Refuse refused() {
        outdated.run();
        return Refuse.of(APP_OUTDATED, "This needs the app in version " + config.minimum() + " or newer")
                .withMember("minimum_version", config.minimum());
    }
}
