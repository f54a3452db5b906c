package dev.tiergate.limits;

import dev.tiergate.plugin.Limit;
import io.vertx.core.Future;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * Counters that answer at once and always have room, and keep no books: what is left of a charge without Redis and leases. A
 * request through the gate only charges, and one line; there is nothing to read or to put.
 */
public final class RoomyLedger implements UsageLedger {

    private static final Receipt RECEIPT = new Receipt() {
        @Override
        public void refund(Predicate<ChargeRequest.Line> which) {}

        @Override
        public void settle(long[] unused) {}

        @Override
        public void release() {}
    };

    private final Instant now;
    private final WindowSpan day;

    public RoomyLedger(Instant now) {
        this.now = now;
        this.day = new WindowSpan(now.minus(Duration.ofHours(12)), now.plus(Duration.ofHours(12)));
    }

    @Override
    public Future<ChargeResult> charge(ChargeRequest request) {
        return Future.succeededFuture(chargeHeld(request));
    }

    @Override
    public ChargeResult.Charged chargeHeld(ChargeRequest request) {
        Usage number = new Usage(request.lines().get(0).limit(), 1, day, now);
        return new ChargeResult.Charged(List.of(number), RECEIPT);
    }

    @Override
    public ChargeResult chargeLocally(ChargeRequest request) {
        return chargeHeld(request);
    }

    @Override
    public void giveBack(ChargeRequest request) {}

    @Override
    public Future<List<Usage>> read(Subject subject, List<Limit> limits) {
        return Future.failedFuture(new LedgerUnavailableException());
    }

    @Override
    public Future<Usage> put(Subject subject, Limit limit, long current) {
        return Future.failedFuture(new LedgerUnavailableException());
    }

    @Override
    public void decidedLocally(boolean allowed) {}

    @Override
    public Optional<String> notReady() {
        return Optional.empty();
    }
}
