package dev.tiergate.plugin.testkit;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The contract of the plugin {@code faulty-cost}, run by {@link CheckContractTest} for one fault after the other. */
class FaultyCostContract extends CostContract {

    /** What is held against the contract; null for none. */
    static @Nullable CostFault fault;

    FaultyCostContract() {
        super("faulty-cost");
    }

    @Override
    protected List<String> accepted() {
        return List.of("{ fault: " + (fault == null ? "none" : fault.key()) + " }");
    }

    @Override
    protected Map<String, String> refused() {
        return Map.of("{ fault: unheard-of }", "there is no fault 'unheard-of'");
    }

    @Override
    protected List<String> headers() {
        return List.of("X-Cost");
    }
}
