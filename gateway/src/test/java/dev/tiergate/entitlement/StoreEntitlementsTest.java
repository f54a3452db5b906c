package dev.tiergate.entitlement;

import static dev.tiergate.entitlement.Fixtures.NOW;
import static dev.tiergate.entitlement.Fixtures.off;
import static dev.tiergate.entitlement.Fixtures.on;
import static dev.tiergate.entitlement.Fixtures.store;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import dev.tiergate.plugin.Availability.Source;
import dev.tiergate.plugin.Entitlements;
import dev.tiergate.plugin.FeatureRef;
import dev.tiergate.plugin.Limit;
import dev.tiergate.plugin.Need;
import java.time.Instant;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class StoreEntitlementsTest {

    private static final Catalogue SHOP = Fixtures.shop();

    static Stream<Arguments> the_one_rule() {
        var justExpired = new StoreOverride(true, NOW, Map.of());
        var lastMilli = new StoreOverride(true, NOW.plusMillis(1), Map.of());
        var offExpired = new StoreOverride(false, NOW, Map.of());
        var offLastMilli = new StoreOverride(false, NOW.plusMillis(1), Map.of());
        var longGone = new StoreOverride(true, Instant.EPOCH, Map.of());
        return Stream.of(
                rule("the tier holds it", "silver", Map.of(), "chain_one", true, Source.TIER, null),
                rule("a higher tier holds it", "gold", Map.of(), "chain_one", true, Source.TIER, null),
                rule("the tier is too low", "bronze", Map.of(), "chain_one", false, Source.TIER, null),
                rule("a higher tier does not hold it", "platinum", Map.of(), "only_gold", false, Source.TIER, null),
                rule("no tier holds it", "platinum", Map.of(), "nobody", false, Source.TIER, null),
                rule("override on", "bronze", Map.of("only_gold", on()), "only_gold", true, Source.OVERRIDE, null),
                rule(
                        "override on for a feature of no tier",
                        "bronze",
                        Map.of("nobody", on()),
                        "nobody",
                        true,
                        Source.OVERRIDE,
                        null),
                rule("override off", "gold", Map.of("only_gold", off()), "only_gold", false, Source.OVERRIDE, null),
                rule(
                        "override off where the tier says no too",
                        "bronze",
                        Map.of("only_gold", off()),
                        "only_gold",
                        false,
                        Source.OVERRIDE,
                        null),
                rule(
                        "an override that ends now has ended",
                        "bronze",
                        Map.of("only_gold", justExpired),
                        "only_gold",
                        false,
                        Source.TIER,
                        null),
                rule(
                        "an override that ends in 1 ms speaks",
                        "bronze",
                        Map.of("only_gold", lastMilli),
                        "only_gold",
                        true,
                        Source.OVERRIDE,
                        null),
                rule(
                        "an off that ends now has ended",
                        "gold",
                        Map.of("only_gold", offExpired),
                        "only_gold",
                        true,
                        Source.TIER,
                        null),
                rule(
                        "an off that ends in 1 ms speaks",
                        "gold",
                        Map.of("only_gold", offLastMilli),
                        "only_gold",
                        false,
                        Source.OVERRIDE,
                        null),
                rule(
                        "an override long gone",
                        "gold",
                        Map.of("only_gold", longGone),
                        "only_gold",
                        true,
                        Source.TIER,
                        null),
                rule("switched off beats the tier", "gold", Map.of(), "switched_off", false, Source.INACTIVE, null),
                rule(
                        "switched off beats an override",
                        "gold",
                        Map.of("switched_off", on()),
                        "switched_off",
                        false,
                        Source.INACTIVE,
                        null),
                rule("unknown", "gold", Map.of(), "no_such", false, Source.UNKNOWN, null),
                rule(
                        "unknown with an override",
                        "gold",
                        Map.of("no_such", on()),
                        "no_such",
                        false,
                        Source.UNKNOWN,
                        null),
                rule(
                        "a dependency is switched off",
                        "gold",
                        Map.of(),
                        "needs_off",
                        false,
                        Source.DEPENDENCY,
                        "switched_off"),
                rule(
                        "an override does not lift a dependency",
                        "gold",
                        Map.of("needs_off", on()),
                        "needs_off",
                        false,
                        Source.DEPENDENCY,
                        "switched_off"),
                rule(
                        "a dependency is off for the store",
                        "gold",
                        Map.of("base", off()),
                        "chain_one",
                        false,
                        Source.DEPENDENCY,
                        "base"),
                rule(
                        "the dependency of a dependency is off",
                        "gold",
                        Map.of("base", off()),
                        "chain_two",
                        false,
                        Source.DEPENDENCY,
                        "chain_one"),
                rule(
                        "an override whose dependency the tier lacks",
                        "bronze",
                        Map.of("chain_two", on()),
                        "chain_two",
                        false,
                        Source.DEPENDENCY,
                        "chain_one"),
                rule(
                        "overrides for the whole chain",
                        "bronze",
                        Map.of("chain_two", on(), "chain_one", on()),
                        "chain_two",
                        true,
                        Source.OVERRIDE,
                        null),
                rule(
                        "a dependency's override that ends now",
                        "bronze",
                        Map.of("chain_two", on(), "chain_one", justExpired),
                        "chain_two",
                        false,
                        Source.DEPENDENCY,
                        "chain_one"),
                rule(
                        "an override elsewhere changes nothing",
                        "silver",
                        Map.of("nobody", on()),
                        "chain_two",
                        true,
                        Source.TIER,
                        null));
    }

    private static Arguments rule(
            String name,
            String tier,
            Map<String, StoreOverride> overrides,
            String feature,
            boolean available,
            Source source,
            String missing) {
        return Arguments.of(name, tier, overrides, feature, available, source, missing);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource
    void the_one_rule(
            String name,
            String tier,
            Map<String, StoreOverride> overrides,
            String feature,
            boolean available,
            Source source,
            String missing) {
        var answer = store(SHOP, tier, overrides).availability(feature, NOW);
        assertThat(answer.available()).isEqualTo(available);
        assertThat(answer.source()).isEqualTo(source);
        var ref = answer.missing();
        assertThat(ref == null ? null : ref.code()).isEqualTo(missing);
    }

    @Test
    void a_suspended_store_has_nothing() {
        var suspended = store(SHOP, "gold", false, Map.of("nobody", on()));
        assertThat(suspended.active()).isFalse();
        assertThat(SHOP.features())
                .noneMatch(feature -> suspended.availability(feature, NOW).available());
        assertThat(suspended.availability("no_such", NOW).source()).isEqualTo(Source.UNKNOWN);
    }

    @Test
    void a_feature_of_another_plan_is_not_in_any_of_the_tiers() {
        var both = Catalogues.merged(SHOP_FILE, OTHER_FILE);
        var view = both.view("shop", "gold");
        assertThat(view).isNotNull();
        var gold = StoreReader.unknownStore("s1", view);
        assertThat(gold.availability("elsewhere", NOW).source()).isEqualTo(Source.TIER);
        assertThat(gold.availability("elsewhere", NOW).available()).isFalse();
        assertThat(gold.feature("elsewhere")).isPresent();
        assertThat(gold.upgrade(Need.feature("elsewhere", null), NOW)).isEmpty();
        assertThat(gold.holdsTier("top")).isFalse();
    }

    private static final String SHOP_FILE = Fixtures.SHOP;
    private static final String OTHER_FILE = """
            version: 1
            plan: other
            tiers:
              - { code: top, name: Top }
            features:
              - { code: elsewhere, category: core, minimum-tier: top }
            """;

    @Test
    void the_next_end_is_the_first_that_lies_after() {
        var soon = NOW.plusSeconds(1);
        var later = NOW.plusSeconds(2);
        var store = store(
                SHOP,
                "bronze",
                Map.of(
                        "only_gold", new StoreOverride(true, later, Map.of()),
                        "basic", new StoreOverride(false, soon, Map.of()),
                        "other", on()));
        assertThat(store.nextEnd(soon.minusMillis(1))).contains(soon);
        assertThat(store.nextEnd(soon)).contains(later);
        assertThat(store.nextEnd(later)).isEmpty();
    }

    @Test
    void stores_without_overrides_share_their_answers() {
        var one = store(SHOP, "gold", Map.of());
        var other = store(SHOP, "gold", Map.of());
        assertThat(one.availability("base", NOW)).isSameAs(other.availability("base", NOW));
        assertThat(one.limits("base", NOW)).isSameAs(other.limits("base", NOW));
    }

    @Test
    void names_come_from_the_catalogue() {
        var silver = Fixtures.silver();
        assertThat(silver.feature("chain_one")).contains(new FeatureRef("chain_one", "Chain one"));
        assertThat(silver.feature("no_such")).isEmpty();
        assertThat(silver.tier().name()).isEqualTo("Silver");
    }

    @Test
    void a_tier_holds_itself_and_those_below() {
        var silver = Fixtures.silver();
        assertThat(silver.holdsTier("bronze")).isTrue();
        assertThat(silver.holdsTier("silver")).isTrue();
        assertThat(silver.holdsTier("gold")).isFalse();
        assertThat(silver.holdsTier("no_such")).isFalse();
    }

    @Test
    void limits_are_the_tiers() {
        assertThat(Fixtures.silver().limits("base", NOW))
                .extracting(Limit::code, Limit::value)
                .containsExactly(tuple("calls", 100L), tuple("slots", 5L));
        assertThat(value(Fixtures.silver(), "seats")).isEqualTo(5);
        assertThat(Fixtures.silver().limit("no_such", NOW)).isEmpty();
    }

    @Test
    void without_a_row_a_holder_is_not_limited() {
        var gold = store(SHOP, "gold", Map.of());
        assertThat(gold.limit("slots", NOW)).isEmpty();
        assertThat(gold.limit("calls", NOW))
                .hasValueSatisfying(limit -> assertThat(limit.unlimited()).isTrue());
        assertThat(store(SHOP, "platinum", Map.of()).limit("seats", NOW)).isEmpty();
    }

    @Test
    void an_override_replaces_limits_one_by_one() {
        var own = new StoreOverride(true, null, Map.of("calls", 7L));
        var silver = store(SHOP, "silver", Map.of("base", own));
        assertThat(value(silver, "calls")).isEqualTo(7);
        assertThat(value(silver, "slots")).isEqualTo(5);
    }

    @Test
    void an_override_limits_what_the_tier_does_not() {
        var own = new StoreOverride(true, null, Map.of("slots", 2L));
        var gold = store(SHOP, "gold", Map.of("base", own));
        assertThat(value(gold, "slots")).isEqualTo(2);
        assertThat(value(gold, "calls")).isEqualTo(Limit.UNLIMITED);
    }

    @Test
    void an_overrides_limits_end_with_it() {
        var own = new StoreOverride(true, NOW, Map.of("calls", 7L));
        var silver = store(SHOP, "silver", Map.of("base", own));
        assertThat(value(silver, "calls")).isEqualTo(100);
        assertThat(silver.limit("calls", NOW.minusMillis(1)).orElseThrow().value())
                .isEqualTo(7);
    }

    @Test
    void where_tier_and_override_are_silent_the_lowest_holder_speaks() {
        var bronze = store(SHOP, "bronze", Map.of("reports", on()));
        assertThat(value(bronze, "exports")).isEqualTo(3);
        assertThat(bronze.models("reports", NOW)).containsExactly("vast");
    }

    @Test
    void models_are_the_tiers_within_the_features_group() {
        assertThat(Fixtures.silver().models("chat", NOW))
                .containsExactlyInAnyOrder("mini", "standard-1", "grand", "vast");
        assertThat(store(SHOP, "bronze", Map.of()).models("chat", NOW)).containsExactlyInAnyOrder("mini", "standard-1");
        assertThat(store(SHOP, "gold", Map.of()).models("reports", NOW)).containsExactly("vast");
        assertThat(Fixtures.silver().models("no_such", NOW)).isEmpty();
        assertThat(Fixtures.silver().holdsModelGroup("large")).isTrue();
        assertThat(Fixtures.silver().holdsModelGroup("vast_only")).isFalse();
    }

    @Test
    void an_upgrade_is_the_lowest_tier_above_that_is_offered() {
        var bronze = store(SHOP, "bronze", Map.of());
        assertUpgrade(bronze, Need.feature("chain_two", null), "silver", true);
        // The private tier between does not count, and not all above hold it.
        assertUpgrade(bronze, Need.feature("only_gold", null), "gold", false);
        assertUpgrade(bronze, Need.feature("reports", null), "gold", true);
        assertUpgrade(bronze, Need.feature(null, "silver"), "silver", true);
        assertUpgrade(bronze, Need.feature(null, "platinum"), "platinum", false);
        assertThat(bronze.upgrade(Need.feature("nobody", null), NOW)).isEmpty();
        assertThat(store(SHOP, "platinum", Map.of()).upgrade(Need.feature("only_gold", null), NOW))
                .isEmpty();
    }

    @Test
    void an_upgrade_meets_feature_model_and_limit_together() {
        var bronze = store(SHOP, "bronze", Map.of());
        assertUpgrade(bronze, Need.feature("base", null).withModel("GRAND"), "silver", true);
        assertUpgrade(bronze, Need.feature("base", null).withModelGroup("vast_only"), "gold", false);
        assertUpgrade(bronze, Need.feature("base", null).withLimit("calls", 11), "silver", true);
        assertUpgrade(bronze, Need.feature("base", null).withLimit("calls", 100), "silver", true);
        assertUpgrade(bronze, Need.feature("base", null).withLimit("calls", 101), "gold", true);
        assertUpgrade(bronze, Need.feature("base", null).withModel("grand").withLimit("calls", 101), "gold", true);
        assertThat(bronze.upgrade(Need.feature("base", null).withModel("no-such"), NOW))
                .isEmpty();
    }

    @Test
    void no_upgrade_helps_where_an_override_says_no_or_its_limit_binds() {
        assertThat(store(SHOP, "bronze", Map.of("reports", off())).upgrade(Need.feature("reports", null), NOW))
                .isEmpty();
        var own = new StoreOverride(true, null, Map.of("calls", 7L));
        assertThat(store(SHOP, "bronze", Map.of("base", own))
                        .upgrade(Need.feature("base", null).withLimit("calls", 8), NOW))
                .isEmpty();
    }

    private static void assertUpgrade(Entitlements store, Need need, String tier, boolean orHigher) {
        assertThat(store.upgrade(need, NOW)).hasValueSatisfying(upgrade -> {
            assertThat(upgrade.tier().code()).isEqualTo(tier);
            assertThat(upgrade.orHigher()).isEqualTo(orHigher);
        });
    }

    private static long value(Entitlements store, String limit) {
        return store.limit(limit, NOW).orElseThrow().value();
    }
}
