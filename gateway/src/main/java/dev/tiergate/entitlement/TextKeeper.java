package dev.tiergate.entitlement;

import io.vertx.core.Future;
import java.time.Duration;
import java.util.Optional;

/**
 * Where {@link EntitlementCopies} keeps its copies, as texts that mean nothing here, outside of this process. Called on one
 * context only.
 *
 * <p>Nothing waits for it without a bound: what is put may be dropped, what is asked for ends within a deadline.
 */
public interface TextKeeper {

    /** Keeps nothing. */
    TextKeeper NONE = new TextKeeper() {
        @Override
        public void put(String key, String text, Duration lifetime) {}

        @Override
        public void remove(String key) {}

        @Override
        public Future<Optional<String>> get(String key) {
            return Future.succeededFuture(Optional.empty());
        }

        @Override
        public Future<Void> close() {
            return Future.succeededFuture();
        }
    };

    /** Returns at once. */
    void put(String key, String text, Duration lifetime);

    /** Returns at once. */
    void remove(String key);

    /** Empty where there is none; fails where that cannot be told in time. */
    Future<Optional<String>> get(String key);

    Future<Void> close();
}
