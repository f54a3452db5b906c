package dev.tiergate.plugin.region;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tiergate.plugin.Allow;
import dev.tiergate.plugin.Decision;
import dev.tiergate.plugin.FeatureRef;
import dev.tiergate.plugin.Refuse;
import dev.tiergate.plugin.region.RegionConfig.Unknown;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RegionCheckTest {

    private static final RegionConfig ONLY_LU = new RegionConfig(null, null, Set.of("LU"), null, null, null);

    private static final RegionConfig NOT_LU = new RegionConfig(null, null, null, Set.of("LU"), null, null);

    @Test
    void an_allowed_country_passes_and_another_one_is_refused() {
        assertThat(ask(ONLY_LU, from("LU"))).isEqualTo(Allow.plain());
        assertRefused(ask(ONLY_LU, from("DE")), "This is not available in DE");
    }

    @Test
    void a_denied_country_is_refused_and_another_one_passes() {
        assertRefused(ask(NOT_LU, from("LU")), "This is not available in LU");
        assertThat(ask(NOT_LU, from("DE"))).isEqualTo(Allow.plain());
    }

    @Test
    void a_refusal_names_the_feature() {
        assertThat(ask(ONLY_LU, from("DE")))
                .isInstanceOfSatisfying(
                        Refuse.class,
                        refuse -> assertThat(refuse.feature()).isEqualTo(new FeatureRef("reports", "Reports")));
    }

    @Test
    void the_header_that_is_named_is_read_and_no_other() {
        var config = new RegionConfig("X-Country", null, Set.of("LU"), null, null, null);
        assertThat(ask(config, new RegionCall().header("x-country", "LU"))).isEqualTo(Allow.plain());
        assertUnknown(ask(config, from("LU")));
    }

    @Test
    void a_header_is_believed_from_a_trusted_proxy_only() {
        assertThat(ask(ONLY_LU, from("LU"))).isEqualTo(Allow.plain());
        assertUnknown(ask(ONLY_LU, from("LU").fromAnybody()));
    }

    @Test
    void a_header_that_stands_twice_tells_nothing() {
        assertUnknown(ask(ONLY_LU, from("LU").header("CF-IPCountry", "LU")));
    }

    @ParameterizedTest
    @ValueSource(strings = {"XX", "T1", "EU", "lu", "LUX", ""})
    void what_is_no_country_tells_nothing(String value) {
        assertUnknown(ask(ONLY_LU, from(value)));
    }

    @Test
    void an_unknown_country_is_refused_unless_it_is_to_pass() {
        assertUnknown(ask(NOT_LU, new RegionCall()));
        var passing = new RegionConfig(null, null, Set.of("LU"), null, null, Unknown.PASS);
        assertThat(ask(passing, new RegionCall())).isEqualTo(Allow.plain());
        assertRefused(ask(passing, from("DE")), "This is not available in DE");
    }

    @ParameterizedTest
    @CsvSource({
        "basic, LU, true",
        "basic, DE, false",
        "premium, KP, true",
        "essential, DE, true",
        "essential, KP, false",
    })
    void the_rule_of_a_tier_stands_in_the_place_of_the_general_one(String tier, String country, boolean passes) {
        var tiers = Map.of("basic", new Countries(Set.of("LU"), null), "premium", new Countries(null, null));
        var config = new RegionConfig(null, null, null, Set.of("KP"), tiers, null);
        assertThat(ask(config, from(country).of(tier))).isInstanceOf(passes ? Allow.class : Refuse.class);
    }

    @Test
    void what_may_change_with_the_tier_is_asked_again_of_an_open_stream() {
        var check = new RegionCheck(ONLY_LU);
        assertThat(check.again()).containsSame(check);
    }

    private static RegionCall from(String country) {
        return new RegionCall().header("CF-IPCountry", country);
    }

    private static Decision ask(RegionConfig config, RegionCall call) {
        return new RegionCheck(config).ask(call.call()).result();
    }

    private static void assertUnknown(Decision decision) {
        assertRefused(decision, "This is not available where the country of a request is not known");
    }

    private static void assertRefused(Decision decision, String detail) {
        assertThat(decision).isInstanceOfSatisfying(Refuse.class, refuse -> {
            assertThat(refuse.reason().code()).isEqualTo("region_blocked");
            assertThat(refuse.reason().status()).isEqualTo(403);
            assertThat(refuse.detail()).isEqualTo(detail);
        });
    }
}
