package dev.tiergate.entitlement;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tiergate.plugin.Limit;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class StoreLimitsTest {

    private final Catalogue shop = Fixtures.shop();

    @Test
    void a_store_is_bound_by_its_own_limits_and_those_of_what_it_may_use() {
        assertThat(codes(Fixtures.store(shop, "silver", Map.of()))).containsExactly("calls", "seats", "slots");
        assertThat(codes(Fixtures.store(shop, "gold", Map.of()))).containsExactly("calls", "exports", "seats");
    }

    @Test
    void an_override_that_gives_a_feature_brings_its_limits() {
        var given = Fixtures.store(shop, "silver", Map.of("reports", Fixtures.on()));
        assertThat(codes(given)).containsExactly("calls", "exports", "seats", "slots");
    }

    @Test
    void an_override_that_takes_a_feature_takes_its_limits() {
        var taken = Fixtures.store(shop, "silver", Map.of("base", Fixtures.off()));
        assertThat(codes(taken)).containsExactly("seats");
    }

    @Test
    void an_override_that_is_over_says_nothing() {
        var until = new StoreOverride(true, Fixtures.NOW, Map.of("calls", 7L));
        var store = Fixtures.store(shop, "silver", Map.of("base", until));
        assertThat(store.limits(Fixtures.NOW.minusMillis(1)))
                .extracting(Limit::value)
                .contains(7L);
        assertThat(store.limits(Fixtures.NOW)).extracting(Limit::value).doesNotContain(7L);
    }

    @Test
    void a_store_that_is_not_active_is_bound_as_if_it_were() {
        assertThat(codes(Fixtures.store(shop, "silver", false, Map.of()))).containsExactly("calls", "seats", "slots");
    }

    @Test
    void above_are_the_tiers_on_offer_lowest_first() {
        assertThat(tiersAbove("bronze")).containsExactly("silver", "gold", "platinum");
        assertThat(tiersAbove("secret")).containsExactly("gold", "platinum");
        assertThat(tiersAbove("platinum")).isEmpty();
    }

    private List<String> tiersAbove(String tier) {
        return Fixtures.store(shop, tier, Map.of()).above().stream()
                .map(store -> store.tier().code())
                .toList();
    }

    private static List<String> codes(StoreEntitlements store) {
        return store.limits(Fixtures.NOW).stream().map(Limit::code).toList();
    }
}
