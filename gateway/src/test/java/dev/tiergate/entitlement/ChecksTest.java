package dev.tiergate.entitlement;

import static dev.tiergate.entitlement.Fixtures.off;
import static dev.tiergate.entitlement.Fixtures.on;
import static dev.tiergate.entitlement.Fixtures.route;
import static dev.tiergate.entitlement.Fixtures.store;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tiergate.plugin.Check;
import dev.tiergate.plugin.Decision;
import dev.tiergate.plugin.Entitlements;
import dev.tiergate.plugin.FeatureRef;
import dev.tiergate.plugin.Reason;
import dev.tiergate.plugin.Refuse;
import dev.tiergate.plugin.TierRef;
import dev.tiergate.routes.Route;
import dev.tiergate.routes.Route.ModelRule;
import dev.tiergate.routes.Route.ModelRule.Place;
import dev.tiergate.telemetry.GateMetrics;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class ChecksTest {

    private static final Catalogue SHOP = Fixtures.shop();

    static Stream<Arguments> features() {
        return Stream.of(
                feature(
                        "bronze",
                        Map.of(),
                        "chain_one",
                        Reason.TIER_TOO_LOW,
                        "Feature 'chain_one' requires Silver tier or higher",
                        "silver"),
                feature(
                        "bronze",
                        Map.of(),
                        "only_gold",
                        Reason.TIER_TOO_LOW,
                        "Feature 'only_gold' requires Gold tier",
                        "gold"),
                feature(
                        "platinum",
                        Map.of(),
                        "only_gold",
                        Reason.TIER_TOO_LOW,
                        "Feature 'only_gold' is not available in any tier on offer",
                        null),
                feature(
                        "gold",
                        Map.of("only_gold", off()),
                        "only_gold",
                        Reason.FEATURE_DISABLED_FOR_STORE,
                        "Feature 'only_gold' is disabled for this store",
                        null),
                feature(
                        "gold",
                        Map.of(),
                        "switched_off",
                        Reason.FEATURE_INACTIVE,
                        "Feature 'switched_off' is switched off",
                        null),
                feature(
                        "gold",
                        Map.of(),
                        "no_such",
                        Reason.FEATURE_UNKNOWN,
                        "Feature 'no_such' is not in the catalogue",
                        null),
                feature(
                        "bronze",
                        Map.of("chain_two", on()),
                        "chain_two",
                        Reason.DEPENDENCY_MISSING,
                        "Required feature 'chain_one' is not available: it requires Silver tier or higher",
                        "silver"),
                feature(
                        "gold",
                        Map.of(),
                        "needs_off",
                        Reason.DEPENDENCY_MISSING,
                        "Required feature 'switched_off' is not available",
                        null));
    }

    private static Arguments feature(
            String tier,
            Map<String, StoreOverride> overrides,
            String feature,
            Reason reason,
            String detail,
            String required) {
        return Arguments.of(tier, overrides, feature, reason, detail, required);
    }

    @ParameterizedTest(name = "{0} {2}: {4}")
    @MethodSource
    void features(
            String tier,
            Map<String, StoreOverride> overrides,
            String feature,
            Reason reason,
            String detail,
            String required) {
        var refusal = refusal(new FeatureCheck(route(feature, null, null), 1 << 20), store(SHOP, tier, overrides));
        assertThat(refusal.reason()).isEqualTo(reason);
        assertThat(refusal.detail()).isEqualTo(detail);
        assertThat(code(refusal.requiredTier())).isEqualTo(required);
        assertThat(refusal.feature())
                .isEqualTo(SHOP.feature(feature).map(Catalogue.Feature::ref).orElse(null));
    }

    @Test
    void the_seeds_words_for_a_tier_that_is_too_low() {
        var orion = Fixtures.catalogue("""
                version: 1
                plan: orion
                tiers:
                  - { code: essential, name: Essential }
                  - { code: business, name: Business }
                  - { code: enterprise, name: Enterprise }
                features:
                  - { code: advanced_analytics, name: Advanced Analytics, category: analytics, minimum-tier: business }
                """);
        var refusal = refusal(
                new FeatureCheck(route("advanced_analytics", null, null), 1), store(orion, "essential", Map.of()));
        assertThat(refusal.detail()).isEqualTo("Feature 'advanced_analytics' requires Business tier or higher");
        assertThat(refusal.feature()).isEqualTo(new FeatureRef("advanced_analytics", "Advanced Analytics"));
        assertThat(refusal.requiredTier()).isEqualTo(new TierRef("business", "Business", 2));
        assertThat(refusal.reason().status()).isEqualTo(403);
    }

    @Test
    void a_feature_that_is_held_passes() {
        assertAllowed(new FeatureCheck(route("base", null, null), 1), store(SHOP, "bronze", Map.of()));
    }

    @Test
    void the_tier_that_is_named_has_to_allow_the_whole_request() {
        var rule = new ModelRule(List.of(Place.QUERY), "model", null, false, null);
        var charge = new Route.Charge("calls", 101, Route.Charge.On.ATTEMPT);
        var check = new FeatureCheck(route("chain_one", null, rule, List.of(charge)), 1);
        var plain = ask(check, FakeCall.of(store(SHOP, "bronze", Map.of())));
        assertThat(code(refusal(plain).requiredTier())).isEqualTo("gold");
        var byModel = new FeatureCheck(route("chat", null, rule), 1);
        var off = store(SHOP, "bronze", Map.of());
        assertAllowed(byModel, off);
        var grand = new FeatureCheck(route("chain_one", "gold", rule), 1);
        assertThat(code(refusal(ask(grand, FakeCall.of(off).withQuery("model=grand")))
                        .requiredTier()))
                .isEqualTo("gold");
        assertThat(code(refusal(ask(grand, FakeCall.of(off).withQuery("model=no-such")))
                        .requiredTier()))
                .isNull();
    }

    @Test
    void a_minimum_tier_names_no_feature_and_no_override_lifts_it() {
        var check = new TierCheck(route(null, "silver", null));
        assertAllowed(check, store(SHOP, "silver", Map.of()));
        assertAllowed(check, store(SHOP, "gold", Map.of()));
        var refusal = refusal(check, store(SHOP, "bronze", Map.of("base", on())));
        assertThat(refusal.reason()).isEqualTo(Reason.TIER_TOO_LOW);
        assertThat(refusal.detail()).isEqualTo("This route requires Silver tier or higher");
        assertThat(refusal.feature()).isNull();
    }

    @Test
    void a_store_that_is_not_active_is_refused() {
        var check = new StoreActiveCheck();
        assertAllowed(check, store(SHOP, "gold", Map.of()));
        assertThat(refusal(check, store(SHOP, "gold", false, Map.of())).reason())
                .isEqualTo(Reason.STORE_SUSPENDED);
    }

    @Test
    void a_model_of_a_higher_tier_is_refused_with_those_that_are_allowed() {
        var rule = new ModelRule(List.of(Place.BODY), "model", null, false, null);
        var check = new ModelCheck(route("chat", null, rule), 1 << 20, new GateMetrics(new SimpleMeterRegistry()));
        var bronze = FakeCall.of(store(SHOP, "bronze", Map.of()));
        var refusal = refusal(ask(check, bronze.withBody("application/json", "{\"model\":\"Grand\"}")));
        assertThat(refusal.reason()).isEqualTo(Reason.MODEL_NOT_ALLOWED);
        assertThat(refusal.detail()).isEqualTo("Model 'Grand' requires Silver tier or higher");
        assertThat(refusal.members())
                .containsEntry("requested_model", "Grand")
                .containsEntry("available_models", List.of("mini", "standard-1"));
        assertThat(code(refusal.requiredTier())).isEqualTo("silver");
        assertThat(refusal.feature()).isNotNull();
        assertThat(ask(check, bronze.withBody("application/json", "{\"model\":\"STANDARD-1\"}")))
                .isNotInstanceOf(Refuse.class);
    }

    @Test
    void no_model_is_no_check_unless_one_is_required_or_assumed() {
        var bronze = FakeCall.of(store(SHOP, "bronze", Map.of()));
        assertThat(ask(model(null, false, null), bronze)).isNotInstanceOf(Refuse.class);
        assertThat(refusal(ask(model(null, true, null), bronze)).reason()).isEqualTo(Reason.MODEL_REQUIRED);
        assertThat(refusal(ask(model(null, false, "grand"), bronze)).reason()).isEqualTo(Reason.MODEL_NOT_ALLOWED);
        assertThat(ask(model(null, true, "mini"), bronze)).isNotInstanceOf(Refuse.class);
    }

    @Test
    void a_model_group_alone_is_the_tiers() {
        var rule = new ModelRule(List.of(Place.BODY), null, "large", false, null);
        var check = new ModelCheck(route("chat", null, rule), 1, new GateMetrics(new SimpleMeterRegistry()));
        assertAllowed(check, store(SHOP, "silver", Map.of()));
        var refusal = refusal(check, store(SHOP, "bronze", Map.of()));
        assertThat(refusal.reason()).isEqualTo(Reason.TIER_TOO_LOW);
        assertThat(refusal.detail()).isEqualTo("Model group 'large' requires Silver tier or higher");
    }

    @Test
    void a_group_and_a_name_are_both_asked_for() {
        var check = model("large", false, null);
        var silver = FakeCall.of(store(SHOP, "silver", Map.of()));
        assertThat(ask(check, silver.withQuery("model=grand"))).isNotInstanceOf(Refuse.class);
        assertThat(refusal(ask(check, silver.withQuery("model=other"))).reason())
                .isEqualTo(Reason.MODEL_NOT_ALLOWED);
        var bronze = FakeCall.of(store(SHOP, "bronze", Map.of()));
        assertThat(refusal(ask(check, bronze.withQuery("model=mini"))).reason()).isEqualTo(Reason.TIER_TOO_LOW);
    }

    @Test
    void a_long_name_is_not_sent_back_whole() {
        var call = FakeCall.of(Fixtures.silver()).withQuery("model=" + "x".repeat(5_000));
        var refusal = refusal(ask(model(null, false, null), call));
        assertThat(refusal.detail()).hasSizeLessThan(250);
        assertThat((String) refusal.members().get("requested_model")).hasSize(128);
    }

    @Test
    void a_check_that_has_nothing_to_ask_is_not_made() {
        assertThatThrownBy(() -> new FeatureCheck(route(null, "gold", null), 1))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new TierCheck(route("base", null, null))).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(
                        () -> new ModelCheck(route("base", null, null), 1, new GateMetrics(new SimpleMeterRegistry())))
                .isInstanceOf(IllegalArgumentException.class);
    }

    private static ModelCheck model(String group, boolean required, String assumed) {
        var rule = new ModelRule(List.of(Place.BODY, Place.QUERY), "model", group, required, assumed);
        return new ModelCheck(route("chat", null, rule), 1 << 20, new GateMetrics(new SimpleMeterRegistry()));
    }

    private static Decision ask(Check check, FakeCall call) {
        return check.ask(call).result();
    }

    private static void assertAllowed(Check check, Entitlements store) {
        assertThat(ask(check, FakeCall.of(store))).isNotInstanceOf(Refuse.class);
    }

    private static Refuse refusal(Check check, Entitlements store) {
        return refusal(ask(check, FakeCall.of(store)));
    }

    private static Refuse refusal(Decision decision) {
        assertThat(decision).isInstanceOf(Refuse.class);
        return (Refuse) decision;
    }

    private static String code(TierRef tier) {
        return tier == null ? null : tier.code();
    }
}
