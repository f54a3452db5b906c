package dev.tiergate;

import dev.tiergate.edge.Generation;
import dev.tiergate.routes.GatewayConfig;
import dev.tiergate.routes.LoadResult;
import dev.tiergate.telemetry.GateMetrics;
import io.vertx.core.Future;
import java.time.InstantSource;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The routes.yaml that serves, replaced whole by a good one; a bad one changes nothing and is told. */
final class RoutesReload {

    private static final Logger LOG = LoggerFactory.getLogger(RoutesReload.class);

    private final Keys keys;
    private final InstantSource clock;
    private final GateMetrics metrics;
    private final Consumer<GatewayConfig> taken;
    private volatile Generation current;
    private volatile @Nullable String trouble;

    /** @param taken told of a configuration just before requests see it */
    RoutesReload(
            GatewayConfig first, Keys keys, InstantSource clock, GateMetrics metrics, Consumer<GatewayConfig> taken) {
        this.keys = keys;
        this.clock = clock;
        this.metrics = metrics;
        this.taken = taken;
        this.current = new Generation(1, first, clock.instant());
    }

    Generation current() {
        return current;
    }

    /** Why the last change was refused, in one line; empty when it was taken. */
    Optional<String> trouble() {
        return Optional.ofNullable(trouble);
    }

    /** Completes when it serves, or was refused. */
    Future<Void> take(LoadResult result) {
        if (result instanceof LoadResult.Rejected rejected) {
            rejected.problems().forEach(problem -> LOG.error("routes.yaml was not taken: {}", problem));
            refuse(rejected.problems().get(0).toString());
            return Future.succeededFuture();
        }
        var loaded = (LoadResult.Loaded) result;
        loaded.warnings().forEach(warning -> LOG.warn("{}", warning));
        return keys.open(loaded.config())
                .compose(opened -> keys.usable(loaded.config()))
                .transform(usable -> {
                    if (usable.succeeded()) {
                        swap(loaded.config());
                    } else {
                        LOG.error(
                                "routes.yaml was not taken: {}", usable.cause().getMessage());
                        refuse(String.valueOf(usable.cause().getMessage()));
                    }
                    return Future.succeededFuture();
                });
    }

    private void swap(GatewayConfig config) {
        taken.accept(config);
        current = new Generation(current.number() + 1, config, clock.instant());
        trouble = null;
        keys.keepOnly(config);
        metrics.reload("taken");
        LOG.info(
                "Serving {} routes: routes.yaml or a secret that it names has changed, {}",
                config.routes().size(),
                config.hash());
    }

    private void refuse(String why) {
        trouble = why;
        metrics.reload("refused");
    }
}
