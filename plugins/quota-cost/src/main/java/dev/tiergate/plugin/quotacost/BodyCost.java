package dev.tiergate.plugin.quotacost;

import dev.tiergate.plugin.Call;
import dev.tiergate.plugin.Cost;
import dev.tiergate.plugin.Outcome;

/**
 * A unit for each so many bytes of the body that are begun. Without a Content-Length the bytes that came by the head of the
 * response count; where the body goes on after that, nobody knows how long it is, and it costs the most.
 */
record BodyCost(long unit, Tally tally) implements Cost {

    @Override
    public Told before(Call call) {
        var size = call.bodySize();
        return size.isPresent() ? tally.units(size.getAsLong(), unit) : Told.LATER;
    }

    @Override
    public Told after(Call call, Outcome outcome) {
        var size = call.bodySize();
        return size.isPresent() ? tally.units(size.getAsLong(), unit) : tally.absent(Told.MAX);
    }
}
