package dev.tiergate.plugin.testkit;

import dev.tiergate.plugin.Call;
import dev.tiergate.plugin.Check;
import dev.tiergate.plugin.CheckFactory;
import dev.tiergate.plugin.Cost;
import dev.tiergate.plugin.Decision;
import dev.tiergate.plugin.PluginContext;
import io.vertx.core.Future;
import java.util.Arrays;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Makes a cost with one fault, or with none. */
public final class FaultyCostFactory implements CheckFactory<FaultyCostFactory.Config> {

    /** @param fault a fault's key; {@code none} for none */
    public record Config(String fault) {
        public Config {
            if (!fault.equals("none") && known(fault) == null) {
                throw new IllegalArgumentException("there is no fault '" + fault + "'");
            }
        }

        @Nullable
        CostFault known() {
            return known(fault);
        }

        private static @Nullable CostFault known(String key) {
            return Arrays.stream(CostFault.values())
                    .filter(one -> one.key().equals(key))
                    .findFirst()
                    .orElse(null);
        }
    }

    @Override
    public String name() {
        return "faulty-cost";
    }

    @Override
    public Class<Config> configType() {
        return Config.class;
    }

    @Override
    public Check create(Config config, PluginContext context) {
        var cost = new FaultyCost(config.known(), context);
        return new Teller(config.known() == CostFault.IS_NO_COST ? Optional.empty() : Optional.of(cost));
    }

    private record Teller(Optional<Cost> cost) implements Check {

        @Override
        public Future<Decision> ask(Call call) {
            return Future.failedFuture("it tells a cost, and is never asked");
        }
    }
}
