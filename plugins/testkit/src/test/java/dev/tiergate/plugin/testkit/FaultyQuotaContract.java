package dev.tiergate.plugin.testkit;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The contract of the plugin {@code faulty-quota}, run by {@link CheckContractTest} for one fault after the other. */
class FaultyQuotaContract extends QuotaContract {

    /** What is held against the contract; null for none. */
    static @Nullable QuotaFault fault;

    FaultyQuotaContract() {
        super("faulty-quota");
    }

    @Override
    protected List<String> accepted() {
        return List.of("{ fault: " + (fault == null ? "none" : fault.key()) + " }");
    }

    @Override
    protected Map<String, String> refused() {
        return Map.of("{ fault: unheard-of }", "there is no fault 'unheard-of'");
    }

    /** What is expected to fail need not be waited for. */
    @Override
    protected Duration deadline() {
        return fault == null ? super.deadline() : Duration.ofMillis(200);
    }

    @Override
    Duration patience() {
        return fault == null ? super.patience() : Duration.ofMillis(500);
    }
}
