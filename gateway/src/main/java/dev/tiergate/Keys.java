package dev.tiergate;

import dev.tiergate.identity.KeySource;
import dev.tiergate.routes.AuthConfig;
import dev.tiergate.routes.GatewayConfig;
import dev.tiergate.routes.TargetRule.Reserved;
import io.micrometer.core.instrument.MeterRegistry;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;

/** The key sources by the rules that name them: a reload that leaves {@code auth} as it is keeps its keys. */
final class Keys {

    /** A little longer than one attempt to load a JWKS takes. */
    private static final Duration LOAD_TIMEOUT = Duration.ofSeconds(6);

    private static final Duration POLL = Duration.ofMillis(20);

    private final Vertx vertx;
    private final InstantSource clock;
    private final MeterRegistry registry;
    private final Reserved own;
    private final boolean gatingOff;
    private final Map<AuthConfig, KeySource> sources = new ConcurrentHashMap<>();

    Keys(Vertx vertx, InstantSource clock, MeterRegistry registry, Reserved own, boolean gatingOff) {
        this.vertx = vertx;
        this.clock = clock;
        this.registry = registry;
        this.own = own;
        this.gatingOff = gatingOff;
    }

    /** Opens what a configuration names, where it is not open yet; fails when its keys cannot be used. */
    Future<Void> open(GatewayConfig config) {
        var missing = named(config).filter(auth -> !sources.containsKey(auth)).toList();
        if (missing.isEmpty() || gatingOff) {
            return Future.succeededFuture();
        }
        var rule = config.targets().reserving(own);
        return vertx.executeBlocking(() -> {
            missing.forEach(auth -> sources.put(auth, KeySource.open(vertx, auth, clock, registry, rule)));
            return null;
        });
    }

    private static Stream<AuthConfig> named(GatewayConfig config) {
        return Stream.of(Optional.ofNullable(config.auth()), Optional.ofNullable(config.admin()))
                .flatMap(Optional::stream)
                .distinct();
    }

    /** Completes when tokens can be verified by a configuration; fails when that takes too long. */
    Future<Void> usable(GatewayConfig config) {
        var deadline = clock.millis() + LOAD_TIMEOUT.toMillis();
        var usable = Promise.<Void>promise();
        vertx.setPeriodic(1, POLL.toMillis(), timer -> {
            var trouble = notReady(config);
            if (trouble.isEmpty() && vertx.cancelTimer(timer)) {
                usable.tryComplete();
            } else if (clock.millis() > deadline && vertx.cancelTimer(timer)) {
                usable.tryFail("auth: " + trouble.orElse("no keys"));
            }
        });
        return usable.future();
    }

    KeySource of(AuthConfig auth) {
        return Objects.requireNonNull(sources.get(auth), "keys are opened before a configuration serves");
    }

    Optional<String> notReady(GatewayConfig config) {
        var source = config.auth() == null ? null : sources.get(config.auth());
        return source == null ? Optional.empty() : source.notReady();
    }

    /** Ends those that a new configuration does not name. */
    void keepOnly(GatewayConfig config) {
        var kept = named(config).toList();
        sources.forEach((auth, source) -> {
            if (!kept.contains(auth) && sources.remove(auth, source)) {
                source.close();
            }
        });
    }

    void close() {
        sources.values().forEach(KeySource::close);
        sources.clear();
    }
}
