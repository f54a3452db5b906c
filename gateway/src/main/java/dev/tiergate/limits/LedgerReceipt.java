package dev.tiergate.limits;

import dev.tiergate.plugin.Call;
import dev.tiergate.plugin.Limit;
import dev.tiergate.plugin.OpenRequest;
import io.vertx.core.Future;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** What was taken, and where from. */
final class LedgerReceipt implements Receipt {

    private final Receipts maker;
    private final List<ChargeRequest.Line> lines;
    private final Spread spread;
    private final long @Nullable [] taken;
    private final String slotName;
    private final boolean local;
    private boolean @Nullable [] back;

    /**
     * @param taken units of each counter; null where each line's only one gave them all
     * @param local taken from this node's own budgets
     */
    LedgerReceipt(
            Receipts maker,
            List<ChargeRequest.Line> lines,
            Spread spread,
            long @Nullable [] taken,
            String slotName,
            boolean local) {
        this.maker = maker;
        this.lines = lines;
        this.spread = spread;
        this.taken = taken;
        this.slotName = slotName;
        this.local = local;
    }

    /**
     * Slots are renewed from now on.
     *
     * @param since when they were asked for, by the monotonic clock
     */
    LedgerReceipt hold(long since) {
        for (int i = 0; i < lines.size(); i++) {
            if (lines.get(i).slots()) {
                maker.slots()
                        .hold(spread.only(i).place(), slotName, lines.get(i).units(), !local, since);
            }
        }
        return this;
    }

    @Override
    public void refund(Predicate<ChargeRequest.Line> which) {
        settle(lines.stream()
                .mapToLong(line -> which.test(line) ? line.units() : 0)
                .toArray());
    }

    @Override
    public void settle(long[] unused) {
        List<GiveBack.Part> parts = new ArrayList<>(lines.size());
        for (int i = 0; i < lines.size(); i++) {
            ChargeRequest.Line line = lines.get(i);
            long less = line.slots() || isBack(i) ? 0 : Math.min(line.units(), unused[i]);
            if (less > 0) {
                nowBack(i);
                giveBack(i, less, parts);
            }
        }
        maker.refunds().send(slotName, parts);
    }

    private boolean isBack(int line) {
        return back != null && back[line];
    }

    private void nowBack(int line) {
        if (back == null) {
            back = new boolean[lines.size()];
        }
        back[line] = true;
    }

    /** What was taken last comes back first, so that a balance is spent in its order. */
    private void giveBack(int line, long units, List<GiveBack.Part> parts) {
        long left = units;
        for (int i = spread.end(line) - 1; i >= spread.first(line) && left > 0; i--) {
            long part = taken == null ? left : Math.min(left, taken[i]);
            left -= part;
            long toTell = part > 0 ? takeBack(spread.get(i).known(), part) : 0;
            if (toTell > 0) {
                parts.add(new GiveBack.Part(spread.get(i), toTell));
            }
        }
    }

    /** Returns the units that Redis has to be told of. */
    private long takeBack(NodeCounter counter, long units) {
        return counter.untakeLeased(local ? counter.local().untake(units) : units);
    }

    @Override
    public void began(OpenRequest request) {
        for (int i = 0; i < lines.size(); i++) {
            if (lines.get(i).slots()) {
                maker.slots().began(spread.only(i).place(), slotName, request);
            }
        }
    }

    @Override
    public Future<Optional<Limit>> over(Call call) {
        Future<Optional<Limit>> first = Future.succeededFuture(Optional.empty());
        for (int i = 0; i < lines.size(); i++) {
            ChargeRequest.Line line = lines.get(i);
            Optional<Limit> now =
                    line.slots() ? call.entitlements().limit(line.limit().code(), call.now()) : Optional.empty();
            if (now.isPresent() && bounds(now.get())) {
                Limit limit = now.get();
                Place place = spread.only(i).place();
                first = first.compose(found -> found.isPresent()
                        ? Future.succeededFuture(found)
                        : maker.slots()
                                .over(place, slotName, line.units(), limit.value())
                                .map(over -> over ? now : Optional.empty()));
            }
        }
        return first;
    }

    private static boolean bounds(Limit limit) {
        return limit.window() == Limit.Window.CONCURRENT && !limit.unlimited();
    }

    @Override
    public void release() {
        if (!slotName.isEmpty()) {
            releaseSlots();
        }
    }

    private void releaseSlots() {
        List<GiveBack.Part> parts = new ArrayList<>(1);
        for (int i = 0; i < lines.size(); i++) {
            ChargeRequest.Line line = lines.get(i);
            if (line.slots() && !isBack(i)) {
                nowBack(i);
                end(spread.only(i), line.units());
                parts.add(new GiveBack.Part(spread.only(i), line.units()));
            }
        }
        maker.refunds().send(slotName, parts);
    }

    /** Redis is told in any case: a renewal may have brought it what was taken without it. */
    private void end(Counter counter, long units) {
        maker.slots().free(counter.place(), slotName);
        counter.known().ended(local ? counter.known().local().untake(units) : units);
    }

    /** Gives back all of it, slots too. */
    void undo() {
        refund(line -> true);
        release();
    }
}
