package dev.tiergate.plugins;

import dev.tiergate.plugin.Call;
import dev.tiergate.plugin.Check;
import dev.tiergate.plugin.Cost;
import dev.tiergate.plugin.Outcome;

/** What a plugin says that a request costs: always said, and where the plugin cannot say it the most that it may be. */
final class GuardedCost implements Cost, AutoCloseable {

    private final Check check;
    private final Cost cost;
    private final PluginGuard guard;

    GuardedCost(Check check, PluginGuard guard) {
        this.check = check;
        this.guard = guard;
        this.cost = guard.get(() -> check.cost().orElseThrow(), call -> Told.MAX);
    }

    @Override
    public Told before(Call call) {
        return guard.get(() -> cost.before(call), Told.MAX);
    }

    @Override
    public Told after(Call call, Outcome outcome) {
        return guard.get(() -> cost.after(call, outcome), Told.MAX);
    }

    @Override
    public void close() {
        if (check instanceof AutoCloseable owner) {
            guard.tell(owner::close);
        }
    }
}
