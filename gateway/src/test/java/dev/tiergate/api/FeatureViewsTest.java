package dev.tiergate.api;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tiergate.api.KnownStores.Asker;
import dev.tiergate.entitlement.StoreEntitlements;
import dev.tiergate.entitlement.StoreScene;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FeatureViewsTest {

    private static final String URL = "/store/shop-1/billing";

    @Test
    void the_members_of_a_feature_stand_in_their_order() {
        assertThat(one(StoreScene.shop("silver").store(), "base"))
                .isEqualTo(
                        "{code=base, name=base, description=, category=core, kind=quantitative, is_beta=false, "
                                + "opted_in=false, is_available=true, source=tier, minimum_tier={code=bronze, name=Bronze, order=1}, limits=["
                                + "{limit_type=calls, name=Calls, window=day, scope=store, limit=100, is_unlimited=false}, "
                                + "{limit_type=slots, name=Slots, window=concurrent, scope=store, limit=5, is_unlimited=false}]}");
    }

    @Test
    void a_feature_that_the_tier_lacks_says_why_and_has_the_limits_of_the_lowest_tier_that_holds_it() {
        assertThat(one(StoreScene.shop("silver").store(), "reports"))
                .contains("is_available=false, source=tier, minimum_tier={code=gold, name=Gold, order=4}, "
                        + "reason=tier_too_low, limits=[{limit_type=exports,")
                .contains("limit=3,");
    }

    @Test
    void what_is_beta_and_what_the_store_asked_to_try_is_told() {
        var scene = StoreScene.of("""
                version: 1
                plan: shop
                tiers: [ { code: bronze, name: Bronze } ]
                features: [ { code: preview, category: core, minimum-tier: bronze, beta: true } ]
                """);
        assertThat(one(scene.store(), "preview")).contains("is_beta=true, opted_in=false, is_available=true");
        assertThat(one(scene.optIn("preview").store(), "preview"))
                .contains("is_beta=true, opted_in=true, is_available=true");
    }

    @Test
    void an_unlimited_limit_says_so() {
        assertThat(one(StoreScene.shop("gold").store(), "base")).contains("limit=-1, is_unlimited=true");
    }

    @ParameterizedTest
    @CsvSource({
        "base, tier, ''",
        "only_gold, tier, reason=tier_too_low",
        "nobody, tier, reason=tier_too_low",
        "reports, override, ''",
        "chat, override, reason=feature_disabled_for_store",
        "switched_off, inactive, reason=feature_inactive",
        "needs_off, dependency, reason=dependency_missing",
    })
    void the_source_is_what_decided(String feature, String source, String reason) {
        var store = StoreScene.shop("silver")
                .override("reports", true, null)
                .override("chat", false, null)
                .store();
        assertThat(one(store, feature)).contains("source=" + source + ",").contains(reason);
    }

    @Test
    void a_check_says_yes_and_nothing_else_or_no_and_what_would_help() {
        var store = StoreScene.shop("silver").store();
        assertThat(check(store, "base")).isEqualTo("{feature_code=base, has_feature=true}");
        assertThat(check(store, "reports"))
                .isEqualTo("{feature_code=reports, has_feature=false, reason=tier_too_low, required_tier=Gold, "
                        + "upgrade_url=" + URL + "}");
        assertThat(check(store, "nobody")).contains("required_tier=null");
    }

    @Test
    void an_override_speaks_until_it_ends() {
        var until = StoreScene.shop("silver")
                .override("reports", true, StoreScene.NOW.plusMillis(1))
                .store();
        assertThat(check(until, "reports")).contains("has_feature=true");
        assertThat(FeatureViews.check(asker(until), "reports", URL, StoreScene.NOW.plusMillis(1))
                        .plain())
                .containsEntry("has_feature", false);
    }

    @Test
    void of_a_category_only_its_features_are_listed() {
        var store = StoreScene.shop("silver").store();
        assertThat(FeatureViews.all(asker(store), "none", StoreScene.NOW).plain())
                .hasToString("{tier_code=silver, tier_name=Silver, features=[]}");
        assertThat(FeatureViews.all(asker(store), "core", StoreScene.NOW).plain())
                .isEqualTo(FeatureViews.all(asker(store), null, StoreScene.NOW).plain());
    }

    @Test
    void a_store_that_is_not_active_may_use_nothing() {
        var store = StoreScene.shop("gold").override("chat", true, null).suspended();
        assertThat(FeatureViews.available(asker(store.store()), StoreScene.NOW).plain())
                .hasToString("{tier_code=gold, tier_name=Gold, features=[]}");
        assertThat(check(store.store(), "base")).contains("reason=store_suspended, required_tier=null");
        assertThat(UserViews.suggestions(asker(store.store()), StoreScene.NOW).plain())
                .hasToString("{success=true, suggestions=[]}");
    }

    @Test
    void a_feature_that_is_kept_for_other_roles_is_not_the_callers() {
        var store = StoreScene.shop("silver")
                .roles("chat", Set.of("editor"))
                .roles("base", Set.of("owner"))
                .store();
        assertThat(one(store, "chat")).contains("is_available=true");
        assertThat(one(store, "base"))
                .contains("is_available=false, source=tier")
                .contains("reason=role_missing");
    }

    private static Asker asker(StoreEntitlements store) {
        return new Asker(StoreScene.CALLER, store);
    }

    private static String one(StoreEntitlements store, String feature) {
        var known = store.catalogue().feature(feature).orElseThrow();
        return FeatureViews.one(asker(store), known, StoreScene.NOW).plain().toString();
    }

    private static String check(StoreEntitlements store, String feature) {
        return FeatureViews.check(asker(store), feature, URL, StoreScene.NOW)
                .plain()
                .toString();
    }
}
