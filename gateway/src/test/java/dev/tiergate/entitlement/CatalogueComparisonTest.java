package dev.tiergate.entitlement;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tiergate.entitlement.CatalogueChange.Action;
import dev.tiergate.entitlement.CatalogueChange.Difference;
import dev.tiergate.entitlement.CatalogueComparison.Found;
import java.util.List;
import org.junit.jupiter.api.Test;

class CatalogueComparisonTest {

    private static final String SHOP = """
            version: 1
            plan: shop
            model-groups: [ { code: small, models: [ mini ] } ]
            tiers: [ { code: low, model-groups: [ small ] }, { code: mid }, { code: high } ]
            features:
              - { code: one, category: core, minimum-tier: low,
                  limits: [ { code: ones, window: day, values: { low: 1, mid: 2, high: 3 } } ] }
            """;

    @Test
    void equal_catalogues_do_not_differ() {
        assertThat(between(SHOP, SHOP)).isEmpty();
    }

    @Test
    void a_changed_value_touches_the_tiers_that_it_is_of() {
        var found = onlyChange("mid: 2", "mid: 5");
        assertThat(found.differences()).containsExactly(new Difference("values.mid", "2", "5"));
        assertThat(found.tiers()).containsExactly("mid");
        assertThat(CatalogueChange.what(found.entry())).isEqualTo("limit ones");
    }

    @Test
    void a_value_that_is_taken_away_is_told() {
        var found = onlyChange(", high: 3", "");
        assertThat(found.differences()).containsExactly(new Difference("values.high", "3", ""));
        assertThat(found.tiers()).containsExactly("high");
    }

    @Test
    void another_name_touches_all_who_have_it() {
        var found = onlyChange("code: one,", "code: one, name: The One,");
        assertThat(found.differences()).containsExactly(new Difference("name", "one", "The One"));
        assertThat(found.tiers()).containsExactlyInAnyOrder("low", "mid", "high");
    }

    @Test
    void another_minimum_touches_the_tiers_that_gain_or_lose() {
        var after = SHOP.replace("minimum-tier: low", "minimum-tier: mid").replace("low: 1, ", "");
        var found = between(SHOP, after);
        assertThat(found).hasSize(2);
        assertThat(found.get(0).differences()).containsExactly(new Difference("tiers", "high, low, mid", "high, mid"));
        assertThat(found.get(0).tiers()).containsExactly("low");
    }

    @Test
    void what_is_only_there_afterwards_is_added_and_what_is_only_there_before_removed() {
        var more = SHOP + "  - { code: two, category: core, minimum-tier: high }\n";
        var added = between(SHOP, more);
        assertThat(added).singleElement().satisfies(found -> {
            assertThat(found.action()).isEqualTo(Action.ADDED);
            assertThat(found.tiers()).containsExactly("high");
            assertThat(found.feature()).isEqualTo("two");
        });
        assertThat(between(more, SHOP)).singleElement().satisfies(found -> {
            assertThat(found.action()).isEqualTo(Action.REMOVED);
            assertThat(found.differences()).isEmpty();
        });
    }

    @Test
    void what_another_catalogue_does_not_name_can_be_left_out() {
        var more =
                SHOP.replace("{ code: high }", "{ code: high }, { code: top }").replace("high: 3", "high: 3, top: 9")
                        + "  - { code: two, category: core, minimum-tier: high }\n";
        assertThat(CatalogueComparison.between(
                        Catalogues.rows(more).onlyNamedIn(Catalogues.rows(SHOP)), Catalogues.rows(SHOP)))
                .isEmpty();
    }

    private static Found onlyChange(String good, String other) {
        assertThat(SHOP).contains(good);
        var found = between(SHOP, SHOP.replace(good, other));
        assertThat(found).hasSize(1);
        assertThat(found.get(0).action()).isEqualTo(Action.CHANGED);
        return found.get(0);
    }

    private static List<Found> between(String before, String after) {
        return CatalogueComparison.between(Catalogues.rows(before), Catalogues.rows(after));
    }
}
