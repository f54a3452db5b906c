package dev.tiergate.routes;

import java.util.Set;

/** A small catalogue. */
record SampleCatalogue(Set<String> tiers, Set<String> features, Set<String> limits, Set<String> modelGroups)
        implements CatalogueCodes {

    static final SampleCatalogue ORION = new SampleCatalogue(
            Set.of("essential", "professional", "business", "enterprise"),
            Set.of("basic_products", "basic_orders", "advanced_analytics", "chat_basic"),
            Set.of("orders", "products", "team_members", "coins"),
            Set.of("basic", "pro"));

    @Override
    public Set<String> creditLimits() {
        return Set.of("coins");
    }
}
