package dev.tiergate.entitlement;

import dev.tiergate.plugin.Entitlements;
import dev.tiergate.plugin.StoreRef;
import dev.tiergate.routes.GatingConfig;
import dev.tiergate.routes.Mode;
import dev.tiergate.routes.PathPattern;
import dev.tiergate.routes.Rollout;
import dev.tiergate.routes.Route;
import java.time.Instant;
import java.time.ZoneId;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Catalogues, stores and routes for tests. */
final class Fixtures {

    static final Instant NOW = Instant.parse("2026-11-21T12:00:00Z");

    /** Four tiers, one of them private; a chain of dependencies; limits; models. */
    static final String SHOP = """
            version: 1
            plan: shop
            model-groups:
              - { code: small, models: [ mini, Standard-1 ] }
              - { code: large, models: [ grand, vast ] }
              - { code: vast_only, models: [ vast ] }
            tiers:
              - { code: bronze, name: Bronze, model-groups: [ small ] }
              - { code: silver, name: Silver, model-groups: [ small, large ] }
              - { code: secret, name: Secret, public: false, model-groups: [ small, large, vast_only ] }
              - { code: gold, name: Gold, model-groups: [ small, large, vast_only ] }
              - { code: platinum, name: Platinum, model-groups: [ small, large ] }
            features:
              - code: base
                category: core
                minimum-tier: bronze
                limits:
                  - { code: calls, name: Calls, window: day, values: { bronze: 10, silver: 100, secret: 100, gold: -1, platinum: -1 } }
                  - { code: slots, name: Slots, window: concurrent, values: { bronze: 1, silver: 5 } }
              - { code: chain_one, name: Chain one, category: core, minimum-tier: silver, depends-on: [ base ] }
              - { code: chain_two, category: core, minimum-tier: silver, depends-on: [ chain_one ] }
              - code: reports
                name: Reports
                category: core
                minimum-tier: gold
                model-group: vast_only
                limits:
                  - { code: exports, name: Exports, window: month, values: { gold: 3, platinum: 30 } }
              - { code: only_gold, category: core, tiers: [ gold ] }
              - { code: nobody, category: core }
              - { code: switched_off, category: core, minimum-tier: bronze, active: false }
              - { code: needs_off, category: core, minimum-tier: bronze, depends-on: [ switched_off ] }
              - { code: chat, category: core, minimum-tier: bronze }
            limits:
              - { code: seats, name: Seats, window: total, values: { bronze: 1, silver: 5, secret: 5, gold: 50 } }
            """;

    private Fixtures() {}

    static Catalogue catalogue(String yaml) {
        try {
            return CatalogueFile.parse("test.yaml", yaml).catalogue();
        } catch (CatalogueFile.InvalidCatalogueException e) {
            throw new AssertionError(e);
        }
    }

    static Catalogue shop() {
        return catalogue(SHOP);
    }

    static StoreEntitlements store(Catalogue catalogue, String tier, Map<String, StoreOverride> overrides) {
        return store(catalogue, tier, true, overrides);
    }

    static StoreEntitlements store(
            Catalogue catalogue, String tier, boolean active, Map<String, StoreOverride> overrides) {
        return store(catalogue, tier, active, overrides, Map.of());
    }

    static StoreEntitlements store(
            Catalogue catalogue,
            String tier,
            boolean active,
            Map<String, StoreOverride> overrides,
            Map<String, Set<String>> roles) {
        var plan = catalogue.plans().iterator().next();
        var view = catalogue.view(plan, tier);
        if (view == null) {
            throw new AssertionError(tier);
        }
        var ref = new StoreRef("s1", "shop-1", "Shop 1", plan, ZoneId.of("UTC"), Instant.EPOCH);
        return new StoreEntitlements(ref, active, view, overrides, StoreChoices.of(roles, Set.of()), Map.of());
    }

    static StoreOverride on() {
        return new StoreOverride(true, null, Map.of());
    }

    static StoreOverride off() {
        return new StoreOverride(false, null, Map.of());
    }

    static Entitlements silver() {
        return store(shop(), "silver", Map.of());
    }

    static Route route(@Nullable String feature, @Nullable String minimumTier, Route.@Nullable ModelRule model) {
        return route(feature, minimumTier, model, List.of());
    }

    static Route route(
            @Nullable String feature,
            @Nullable String minimumTier,
            Route.@Nullable ModelRule model,
            List<Route.Charge> charges) {
        return new Route(
                0,
                "POST /x",
                new PathPattern("/x", List.of(new PathPattern.Segment.Literal("x"))),
                null,
                Map.of(),
                Set.of("POST"),
                false,
                false,
                Set.of(),
                false,
                feature,
                minimumTier,
                model,
                true,
                charges,
                null,
                List.of(),
                "shop",
                Mode.ENFORCE,
                Rollout.WHOLE,
                null,
                GatingConfig.Denials.DEFAULT);
    }
}
