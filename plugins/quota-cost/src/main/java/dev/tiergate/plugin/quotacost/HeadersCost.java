package dev.tiergate.plugin.quotacost;

import dev.tiergate.plugin.Call;
import dev.tiergate.plugin.Cost;
import dev.tiergate.plugin.Outcome;
import java.util.Map;

/** A unit for each so much of the response's headers together that is begun, each as often as it counts. */
record HeadersCost(Map<String, Integer> weights, long per, Tally tally) implements Cost {

    @Override
    public Told before(Call call) {
        return Told.LATER;
    }

    @Override
    public Told after(Call call, Outcome outcome) {
        long sum = 0;
        boolean said = false;
        for (var weight : weights.entrySet()) {
            var values = outcome.headers().getAll(weight.getKey());
            if (values.isEmpty()) {
                continue;
            }
            var number = Tally.number(values.get(0).strip());
            if (values.size() > 1 || number.isEmpty()) {
                return tally.malformed(Told.MALFORMED);
            }
            sum += number.getAsLong() * weight.getValue();
            said = true;
        }
        return said ? tally.units(sum, per) : tally.absent(Told.ABSENT);
    }
}
