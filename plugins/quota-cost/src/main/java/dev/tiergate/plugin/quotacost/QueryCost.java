package dev.tiergate.plugin.quotacost;

import dev.tiergate.plugin.Call;
import dev.tiergate.plugin.Cost;

/**
 * A unit for each so much of a parameter's value that is begun. What two parsers could read differently, or only one can
 * read, costs the most: a client must not write a number so that the backend reads more than it paid for.
 */
record QueryCost(String name, long per, Tally tally) implements Cost {

    @Override
    public Told before(Call call) {
        var values = call.queryValues(name);
        if (values.isEmpty()) {
            return tally.absent(Told.ABSENT);
        }
        var number = Tally.number(values.get(0));
        return values.size() == 1 && number.isPresent()
                ? tally.units(number.getAsLong(), per)
                : tally.malformed(Told.MAX);
    }
}
