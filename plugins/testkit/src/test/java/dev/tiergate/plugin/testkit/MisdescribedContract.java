package dev.tiergate.plugin.testkit;

import java.util.List;
import java.util.Map;

/** The contract of a plugin that its descriptor does not fit, run by {@link CheckContractTest}. */
class MisdescribedContract extends CheckContract {

    MisdescribedContract() {
        super("misdescribed");
    }

    @Override
    protected List<String> accepted() {
        return List.of("{ held: a }", "{ gone: b }");
    }

    @Override
    protected Map<String, String> refused() {
        return Map.of("{ held: a, forgotten: b }", "forgotten");
    }
}
