package dev.tiergate.plugin.quotacost;

import dev.tiergate.plugin.Call;
import dev.tiergate.plugin.Check;
import dev.tiergate.plugin.CheckFactory;
import dev.tiergate.plugin.Cost;
import dev.tiergate.plugin.Decision;
import dev.tiergate.plugin.PluginContext;
import dev.tiergate.plugin.PluginMetrics;
import io.vertx.core.Future;
import java.util.Optional;

/** Makes what {@code quota-cost} tells of a charge. */
public final class QuotaCostFactory implements CheckFactory<QuotaCostConfig> {

    @Override
    public String name() {
        return "quota-cost";
    }

    @Override
    public Class<QuotaCostConfig> configType() {
        return QuotaCostConfig.class;
    }

    @Override
    public Check create(QuotaCostConfig config, PluginContext context) {
        return new Teller(cost(config, context.metrics()));
    }

    static Cost cost(QuotaCostConfig config, PluginMetrics metrics) {
        if (config.body() != null) {
            return new BodyCost(config.bodyUnit(), new Tally(metrics, "body"));
        }
        return config.query() != null
                ? new QueryCost(config.query(), config.per(), new Tally(metrics, "query"))
                : new HeadersCost(config.headers(), config.per(), new Tally(metrics, "headers"));
    }

    private record Teller(Cost tells) implements Check {

        @Override
        public Future<Decision> ask(Call call) {
            return Future.failedFuture("quota-cost tells a cost, and is never asked");
        }

        @Override
        public Optional<Cost> cost() {
            return Optional.of(tells);
        }
    }
}
