package dev.tiergate.plugin.degrade;

import dev.tiergate.plugin.testkit.CheckContract;
import java.util.List;
import java.util.Map;

class DegradeContractTest extends CheckContract {

    DegradeContractTest() {
        super("degrade");
    }

    @Override
    protected List<String> accepted() {
        return List.of(
                "{ clamp: { limit: 50, page: 0 }, upstream: spare }",
                "{ set: { quality: sd }, headers: { X-Quality: sd }, on: [ limit_reached ] }",
                "{ tiers: { essential: { clamp: { limit: 10 }, upstream: spare } } }");
    }

    @Override
    protected Map<String, String> refused() {
        return Map.of(
                "{}", "degrade needs 'clamp', 'set', 'headers' or 'upstream'",
                "{ upstream: nowhere }", "there is no upstream 'nowhere'",
                "{ clamp: { limit: 9 }, set: { limit: \"9\" } }", "'limit' stands in 'clamp' and in 'set'",
                "{ clamp: { limit: 9 }, on: [ store_suspended ] }", "on[0] must be one of");
    }
}
