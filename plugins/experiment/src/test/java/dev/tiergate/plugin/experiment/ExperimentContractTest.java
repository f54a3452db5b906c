package dev.tiergate.plugin.experiment;

import dev.tiergate.plugin.testkit.CheckContract;
import java.util.List;
import java.util.Map;

class ExperimentContractTest extends CheckContract {

    ExperimentContractTest() {
        super("experiment");
    }

    @Override
    protected List<String> accepted() {
        return List.of(
                "{ name: new-checkout, weights: { a: 50, b: 50 } }",
                "{ name: new-checkout, weights: { a: 1, b: 999 }, key: user, control: b, allow: [ b ] }",
                "{ name: new-checkout, weights: { a: 1, b: 0 }, off: true }");
    }

    @Override
    protected Map<String, String> refused() {
        return Map.of(
                "{ name: x }", "experiment lacks 'weights'",
                "{ name: x, weights: { a: 1 } }", "2 to 20 variants",
                "{ name: x, weights: { a: 1, b: 1 }, off: maybe }", "off must be true or false",
                "{ name: x, weights: { a: 1, b: 1 }, control: c }", "'c' is none of the variants");
    }
}
