package dev.tiergate.limits;

import dev.tiergate.plugin.Call;
import dev.tiergate.plugin.Cost;
import dev.tiergate.plugin.Cost.Told;
import dev.tiergate.plugin.Limit;
import dev.tiergate.routes.Route.Charge;
import dev.tiergate.routes.Route.PluginUse;
import dev.tiergate.telemetry.CostReport;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** What one charge of a route takes for a request, as one event loop has it. */
final class Price implements AutoCloseable {

    private final Charge charge;
    private final @Nullable Cost plugin;
    private final long otherwise;

    /** Of a request that tells nothing itself. */
    private final Amount usual;

    /**
     * What a request takes.
     *
     * @param units 0 or more
     * @param atHead where the response tells how many of them were used; null where all were
     */
    record Amount(long units, @Nullable CostAtHead atHead) {}

    private Price(Charge charge, @Nullable Cost plugin, @Nullable CostAtHead atHead) {
        this.charge = charge;
        this.plugin = plugin;
        this.otherwise = charge.told() == null ? 0 : charge.told().otherwise();
        this.usual = new Amount(Math.abs(charge.cost()), atHead);
    }

    /** @param costs what a plugin tells, for the present event loop */
    static Price of(Charge charge, Function<PluginUse, Cost> costs) {
        if (charge.told() instanceof Charge.By by) {
            return new Price(charge, costs.apply(by.plugin()), null);
        }
        if (charge.told() instanceof Charge.Report report) {
            return new Price(
                    charge,
                    null,
                    (outcome, taken) ->
                            ReportedCost.of(outcome.headers().getAll(report.header()), taken, report.otherwise()));
        }
        return new Price(charge, null, null);
    }

    String limit() {
        return charge.limit();
    }

    Charge.On on() {
        return charge.on();
    }

    Amount amount(Call call) {
        if (plugin == null) {
            return usual;
        }
        Cost cost = plugin;
        Told told = cost.before(call);
        return told.kind() == Told.Kind.LATER
                ? new Amount(charge.cost(), (outcome, taken) -> charged(cost.after(call, outcome), taken))
                : new Amount(charged(told, charge.cost()).units(), null);
    }

    private ReportedCost charged(Told told, long most) {
        return switch (told.kind()) {
            case UNITS ->
                told.units() > most
                        ? new ReportedCost(CostReport.ABOVE_MAX, most)
                        : new ReportedCost(CostReport.USED, told.units());
            case MALFORMED -> new ReportedCost(CostReport.MALFORMED, otherwise);
            case LATER, ABSENT -> new ReportedCost(CostReport.ABSENT, otherwise);
        };
    }

    /** Null where the request costs nothing. */
    ChargeRequest.@Nullable Line line(Call call, Limit limit) {
        Amount amount = amount(call);
        return amount.units() == 0 ? null : new ChargeRequest.Line(limit, amount.units(), on(), amount.atHead());
    }

    @Override
    public void close() throws Exception {
        if (plugin instanceof AutoCloseable owner) {
            owner.close();
        }
    }
}
