package dev.tiergate.entitlement;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.tiergate.entitlement.CatalogueFile.InvalidCatalogueException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CatalogueFileTest {

    private static final String GOOD = """
            version: 1
            plan: shop
            tiers:
              - { code: low, order: 1 }
              - { code: high, order: 2 }
            features:
              - code: one
                category: core
                minimum-tier: high
                limits: [ { code: ones, window: day, values: { high: 5 } } ]
              - { code: two, category: core, depends-on: [ one ] }
            """;

    @ParameterizedTest(name = "{0} -> {1}: {3}")
    @CsvSource(
            delimiter = '|',
            value = {
                "version: 1 | version: 2 | 1 | version has to be 1",
                "plan: shop | plan: Big Shop | 2 | a code has lower-case letters",
                "order: 2 | order: 1 | 5 | two tiers have the order 1",
                "code: high | code: low | 5 | 'low' stands here twice",
                "code: high, order | code: high, odrer | 5 | there is no key 'odrer' here; known are active",
                "order: 2 | order: two | 5 | 'order' has to be a whole number",
                "order: 2 | order: 0123 | 5 | a number with a leading zero",
                "minimum-tier: high | minimum-tier: top | 9 | there is no tier 'top' in this file",
                "minimum-tier: high | model-group: best | 9 | there is no model group 'best'",
                "high: 5 | high: -2 | 10 | a limit is -1 for unlimited, 0, or more",
                "high: 5 | low: 5 | 10 | tier 'low' does not hold the feature 'one'",
                "high: 5 | high: 99999999999999999999 | 10 | 'high' is beyond 64 bits",
                "window: day | window: daily | 10 | 'window' has to be one of concurrent, credits, day",
                "depends-on: [ one ] | depends-on: [ three ] | 11 | there is no feature 'three'",
                "depends-on: [ one ] | depends-on: [ two ] | 11 | 'two' of features depends on itself",
                "depends-on: [ one ] | active: yes | 11 | 'active' has to be true or false",
                "category: core, | category: core, code: two, | 11 | the key 'code' stands here twice",
                "plan: shop | plan: [ | 4 | not YAML"
            })
    void says_what_is_wrong_and_where(String good, String bad, int line, String message) {
        assertThat(GOOD).contains(good);
        var thrown = catchThrowableOfType(
                InvalidCatalogueException.class, () -> CatalogueFile.parse("c.yaml", GOOD.replace(good, bad)));
        assertThat(thrown.problems())
                .anySatisfy(problem ->
                        assertThat(problem).startsWith("c.yaml:" + line + ":").contains(message));
    }

    @Test
    void lists_all_problems_not_the_first() {
        var thrown = catchThrowableOfType(
                InvalidCatalogueException.class,
                () -> CatalogueFile.parse(
                        "c.yaml", GOOD.replace("order: 2", "order: x").replace("window: day", "window: x")));
        assertThat(thrown.problems()).hasSize(2);
    }

    @Test
    void says_the_codes_that_routes_may_name() throws InvalidCatalogueException {
        var codes = CatalogueFile.parse("c.yaml", GOOD).catalogue();
        assertThat(codes.tiers()).containsExactlyInAnyOrder("low", "high");
        assertThat(codes.features()).containsExactlyInAnyOrder("one", "two");
        assertThat(codes.limits()).containsExactly("ones");
        assertThat(codes.modelGroups()).isEmpty();
        assertThat(codes.creditLimits()).isEmpty();
    }
}
