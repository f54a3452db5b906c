package dev.tiergate.plugin.beta;

import dev.tiergate.plugin.testkit.CheckContract;
import dev.tiergate.plugin.testkit.TestCall;
import dev.tiergate.plugin.testkit.TestGateway;
import dev.tiergate.plugin.testkit.TestStore;
import java.util.List;
import java.util.Map;

class BetaContractTest extends CheckContract {

    BetaContractTest() {
        super("beta");
    }

    @Override
    protected List<String> accepted() {
        return List.of("{}");
    }

    @Override
    protected Map<String, String> refused() {
        return Map.of("{ features: [ reports ] }", "unknown key 'features'", "[ reports ]", "beta must be");
    }

    @Override
    protected Map<String, TestCall> calls() {
        var store = TestStore.of(TestGateway.STORE, "essential").whereBeta("reports", "gone");
        return Map.of(
                "a feature in beta", TestCall.get("/").on("reports").of(store.with("reports")),
                "an opt-in",
                        TestCall.get("/").on("reports").of(store.with("reports").optedInto("reports")),
                "an opt-in of another feature", TestCall.get("/").on("reports").of(store.optedInto("orders")),
                "a feature in beta that nobody has",
                        TestCall.get("/").on("gone").of(store));
    }
}
