package dev.tiergate.identity;

import dev.tiergate.routes.AuthConfig;
import dev.tiergate.routes.TargetRule;
import io.micrometer.core.instrument.MeterRegistry;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.time.InstantSource;
import java.util.Optional;

/** Where keys come from. One for all event loops; its snapshots are immutable. */
public sealed interface KeySource extends AutoCloseable permits FixedKeys, JwksKeys {

    /**
     * The source that a configuration names. Reads PEM files, so not on an event loop; a JWKS begins to load and is not
     * waited for.
     *
     * @param targets where keys must not be loaded from
     * @throws IllegalArgumentException when the configured keys cannot be used; the message holds no secret
     */
    static KeySource open(Vertx vertx, AuthConfig auth, InstantSource clock, MeterRegistry meters, TargetRule targets) {
        return auth.jwks() == null ? FixedKeys.of(auth) : JwksKeys.open(vertx, auth, clock, meters, targets);
    }

    /** The keys of now; never blocks. */
    KeySet current();

    /**
     * Asks for newer keys because a token names one that is not known. Empty where nothing newer can be had at this time;
     * the future never fails, and completes on a context of the source's own.
     */
    Optional<Future<KeySet>> lookAgain();

    /** Why no token can be verified now, in a sentence; empty when tokens can be. */
    Optional<String> notReady();

    /** Ends upkeep; the keys last loaded stay usable as long as they would have been. */
    @Override
    void close();
}
