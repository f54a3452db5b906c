package dev.tiergate.limits;

import io.vertx.core.Future;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Answers every claim as it is told to, and writes down what became of it. */
final class MemoryKeys implements IdempotencyKeys {

    final List<KeyedRequest> claimed = new ArrayList<>();
    final List<Duration> flights = new ArrayList<>();
    final List<String> told = new ArrayList<>();
    KeyClaim.Kind next = KeyClaim.Kind.FIRST;

    /** When it is known to all what became of a request. */
    Future<Void> known = Future.succeededFuture();

    @Override
    public Future<KeyClaim> claim(KeyedRequest request, Duration flight) {
        claimed.add(request);
        flights.add(flight);
        return Future.succeededFuture(new KeyClaim(next, new KeyHold() {
            @Override
            public void keep(@Nullable Instant end) {
                told.add("keep until " + end);
            }

            @Override
            public void drop() {
                told.add("drop");
            }

            @Override
            public Future<Void> recorded() {
                return known;
            }
        }));
    }
}
