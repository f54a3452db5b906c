package dev.tiergate.limits;

import dev.tiergate.plugin.Limit;
import io.vertx.core.Future;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** Counts in memory, at a fixed time, and writes down what it was told. */
final class MemoryLedger implements UsageLedger {

    static final Instant NOW = Instant.parse("2026-03-05T10:20:00.5Z");

    final Map<String, Long> counts = new HashMap<>();
    final List<String> told = new ArrayList<>();
    /** Of each request that was decided without counters, whether it was let pass. */
    final List<Boolean> decided = new ArrayList<>();

    boolean away;
    int localUnits = Integer.MAX_VALUE;

    /** Whether all of it is held in advance. */
    boolean holding;

    @Override
    public ChargeResult.@Nullable Charged chargeHeld(ChargeRequest request) {
        return holding && !away && take(request) instanceof ChargeResult.Charged charged ? charged : null;
    }

    @Override
    public Future<ChargeResult> charge(ChargeRequest request) {
        return Future.succeededFuture(away ? new ChargeResult.Unavailable() : take(request));
    }

    private ChargeResult take(ChargeRequest request) {
        List<Usage> before = request.lines().stream()
                .map(line -> usage(request.subject(), line.limit()))
                .toList();
        for (int i = 0; i < before.size(); i++) {
            if (!before.get(i).hasRoomFor(request.lines().get(i).units())) {
                return new ChargeResult.Over(RetryAfter.longest(request.lines(), before), before);
            }
        }
        for (ChargeRequest.Line line : request.lines()) {
            counts.merge(key(request.subject(), line.limit()), line.units(), Long::sum);
        }
        List<Usage> after = request.lines().stream()
                .map(line -> usage(request.subject(), line.limit()))
                .toList();
        return new ChargeResult.Charged(after, receipt(request));
    }

    private Receipt receipt(ChargeRequest request) {
        return new Receipt() {
            @Override
            public void refund(Predicate<ChargeRequest.Line> which) {
                request.lines().stream()
                        .filter(which)
                        .forEach(line -> told.add("refund " + line.limit().code()));
            }

            @Override
            public void settle(long[] unused) {
                for (int i = 0; i < unused.length; i++) {
                    if (unused[i] > 0) {
                        told.add("refund " + unused[i] + ' '
                                + request.lines().get(i).limit().code());
                    }
                }
            }

            @Override
            public void release() {
                told.add("release");
            }
        };
    }

    @Override
    public ChargeResult chargeLocally(ChargeRequest request) {
        return localUnits-- > 0 ? take(request) : new ChargeResult.Unavailable();
    }

    @Override
    public void giveBack(ChargeRequest request) {
        request.lines()
                .forEach(line -> told.add(
                        "give back " + line.units() + ' ' + line.limit().code()));
    }

    @Override
    public Future<List<Usage>> read(Subject subject, List<Limit> limits) {
        return away
                ? Future.failedFuture(new LedgerUnavailableException())
                : Future.succeededFuture(limits.stream()
                        .filter(limit -> limit.scope() == Limit.Scope.STORE || subject.user() != null)
                        .map(limit -> usage(subject, limit))
                        .toList());
    }

    @Override
    public Future<Usage> put(Subject subject, Limit limit, long current) {
        Usage before = usage(subject, limit);
        counts.put(key(subject, limit), current);
        return Future.succeededFuture(before);
    }

    @Override
    public void decidedLocally(boolean allowed) {
        decided.add(allowed);
    }

    @Override
    public Optional<String> notReady() {
        return away ? Optional.of("away") : Optional.empty();
    }

    private Usage usage(Subject subject, Limit limit) {
        var span = Windows.around(limit.window(), subject.store().zone(), Limits.ANCHOR, NOW)
                .orElse(null);
        return new Usage(limit, counts.getOrDefault(key(subject, limit), 0L), span, NOW);
    }

    private static String key(Subject subject, Limit limit) {
        return (subject.shadow() ? "s:" : "")
                + limit.code()
                + (limit.scope() == Limit.Scope.USER ? ":" + subject.user() : "");
    }
}
