package dev.tiergate.api;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tiergate.entitlement.StoreEntitlements;
import dev.tiergate.entitlement.StoreScene;
import dev.tiergate.limits.Usage;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class UpgradeOfferTest {

    private static final String CATALOGUE = """
            version: 1
            plan: shop
            tiers:
              - { code: small, name: Small, monthly-cents: 1000 }
              - { code: middle, name: Middle, monthly-cents: 2500 }
              - { code: secret, name: Secret, monthly-cents: 3000, public: false }
              - { code: large, name: Large, monthly-cents: 9900 }
              - { code: largest, name: Largest }
            features:
              - code: orders
                name: Orders
                category: core
                minimum-tier: small
                limits:
                  - code: orders
                    name: Orders
                    window: month
                    values: { small: 100, middle: 200, secret: 9999, large: 500, largest: -1 }
              - code: mails
                name: Mails
                category: core
                minimum-tier: small
                limits:
                  - { code: mails, name: Mails, window: day, values: { small: 10, middle: 10, large: 20, largest: 20 } }
              - { code: reports, name: Reports, category: core, minimum-tier: large }
            """;

    @Test
    void without_a_limit_that_presses_it_is_the_cheapest_in_which_anything_is_gained() {
        var offer = offer(in("small"), Map.of());
        assertThat(offer).startsWith("middle").endsWith("[]");
    }

    @Test
    void what_presses_begins_at_the_share() {
        assertThat(offer(in("small"), Map.of("orders", 79L))).isEqualTo("middle, 1500 more, [], orders 100->200, []");
        assertThat(offer(in("small"), Map.of("orders", 80L)))
                .isEqualTo("middle, 1500 more, [], orders 100->200, "
                        + "[80 % of limit 'orders' of 100 a month is used; Middle has 200 a month]");
    }

    @Test
    void a_limit_that_is_reached_wants_a_tier_with_room_for_what_is_used() {
        assertThat(offer(in("small"), Map.of("orders", 199L))).startsWith("middle");
        assertThat(offer(in("small"), Map.of("orders", 200L)))
                .isEqualTo("large, 8900 more, [reports], mails 10->20, orders 100->500, "
                        + "[Limit 'orders' of 100 a month is reached; Large has 500 a month]");
        assertThat(offer(in("small"), Map.of("orders", 500L)))
                .startsWith("largest, null more")
                .endsWith("[Limit 'orders' of 100 a month is reached; Largest has no bound]");
    }

    @Test
    void a_tier_that_does_not_raise_what_presses_is_passed_over() {
        assertThat(offer(in("small"), Map.of("mails", 8L))).startsWith("large");
    }

    @Test
    void it_raises_all_that_presses_and_can_be_raised() {
        assertThat(offer(in("small"), Map.of("orders", 80L, "mails", 8L))).startsWith("large");
    }

    @Test
    void what_no_tier_raises_gives_no_reason() {
        var fixed = in("small").override("orders", Map.of("orders", 7L));
        assertThat(offer(fixed, Map.of("orders", 7L))).isEqualTo("large, 8900 more, [reports], mails 10->20, []");
    }

    @Test
    void it_leaves_out_what_the_store_has_already() {
        assertThat(offer(in("middle").override("reports", true, null), Map.of()))
                .isEqualTo("large, 7400 more, [], mails 10->20, orders 200->500, []");
    }

    @Test
    void there_is_none_above_the_highest_nor_for_a_store_that_is_not_active() {
        assertThat(offer(in("largest"), Map.of("mails", 20L))).isEqualTo("none");
        assertThat(offer(in("small").suspended(), Map.of("orders", 100L))).isEqualTo("none");
    }

    private static StoreScene in(String tier) {
        return StoreScene.of(CATALOGUE).tier(tier);
    }

    private static String offer(StoreScene scene, Map<String, Long> used) {
        var store = scene.store();
        return UpgradeOffer.of(store, usage(store, used), StoreScene.NOW)
                .map(UpgradeOfferTest::describe)
                .orElse("none");
    }

    private static List<UsageView> usage(StoreEntitlements store, Map<String, Long> used) {
        var views = new ArrayList<UsageView>();
        for (var limit : store.limits(StoreScene.NOW)) {
            var usage = new Usage(limit, used.getOrDefault(limit.code(), 0L), null, StoreScene.NOW);
            views.add(new UsageView(usage, 0.8));
        }
        return views;
    }

    private static String describe(UpgradeOffer offer) {
        var unlocks =
                offer.unlocks().stream().map(feature -> feature.ref().code()).toList();
        var raises = new StringBuilder();
        offer.raises()
                .forEach(raise -> raises.append(raise.from().code())
                        .append(' ')
                        .append(raise.from().value())
                        .append("->")
                        .append(raise.to())
                        .append(", "));
        return offer.to().tier().code() + ", " + offer.priceIncreaseCents() + " more, " + unlocks + ", " + raises
                + offer.reasons();
    }
}
