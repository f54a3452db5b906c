package dev.tiergate.limits;

import io.vertx.core.Future;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** A request's hold on its Idempotency-Key; told once what became of the charge. For how long: {@link KeyedLimitCheck#of}. */
interface KeyHold {

    /** Where there is no key. */
    KeyHold NONE = new KeyHold() {
        @Override
        public void keep(@Nullable Instant end) {}

        @Override
        public void drop() {}

        @Override
        public Future<Void> recorded() {
            return Future.succeededFuture();
        }
    };

    /**
     * What the request did stays charged: repeats of it are free for a while.
     *
     * @param end when the first window of what was charged ends; null where none does
     */
    void keep(@Nullable Instant end);

    /** Nothing stays charged, or too little of it, or the free repeat did not reach the upstream: as if the key had not come. */
    void drop();

    /** Complete once whoever keeps the keys knows what was said, or cannot be told in time; at once where nothing was said. */
    Future<Void> recorded();
}
