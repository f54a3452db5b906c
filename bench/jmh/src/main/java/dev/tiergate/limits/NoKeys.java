package dev.tiergate.limits;

import io.vertx.core.Future;
import java.time.Duration;

/** For routes that ask for no key. */
public final class NoKeys implements IdempotencyKeys {

    @Override
    public Future<KeyClaim> claim(KeyedRequest request, Duration flight) {
        return Future.failedFuture("no route here asks for a key");
    }
}
