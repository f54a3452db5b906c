package dev.tiergate.plugin.region;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RegionConfigTest {

    @Test
    void a_configuration_without_a_rule_says_what_to_write() {
        assertThatThrownBy(() -> new RegionConfig("CF-IPCountry", null, null, null, null, null))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("region needs 'allow', 'deny' or 'tiers', such as allow: [ LU, DE ]");
    }

    @Test
    void one_country_to_allow_is_enough_and_none_is_an_error() {
        assertThat(new Countries(Set.of("LU"), null).hold("LU")).isTrue();
        assertThatThrownBy(() -> new Countries(Set.of(), null))
                .hasMessage("'allow' lets no country in; leave it out to let all in");
    }

    @ParameterizedTest
    @ValueSource(strings = {"UK", "lu", "LUX", "EU", ""})
    void what_is_no_country_is_said(String code) {
        assertThatThrownBy(() -> new Countries(null, Set.of(code)))
                .hasMessage("'" + code + "' is no country code of ISO 3166-1 such as LU");
    }

    @ParameterizedTest
    @ValueSource(strings = {"GB", "NO", "XK"})
    void what_is_a_country_is_taken(String code) {
        assertThat(new Countries(null, Set.of(code)).hold(code)).isFalse();
    }

    @Test
    void a_country_cannot_be_both_allowed_and_denied() {
        assertThatThrownBy(() -> new Countries(Set.of("LU", "DE"), Set.of("LU")))
                .hasMessage("LU is both allowed and denied");
    }

    @Test
    void a_header_name_that_cannot_be_is_said() {
        assertThatThrownBy(() -> new RegionConfig("X Country", null, Set.of("LU"), null, null, null))
                .hasMessage("'X Country' is no header name");
    }

    @Test
    void rules_of_tiers_are_enough() {
        var config = new RegionConfig(null, null, null, null, Map.of("basic", new Countries(null, null)), null);
        assertThat(config.rest().hold("LU")).isTrue();
        assertThat(config.header()).isEqualTo(RegionConfig.USUAL_HEADER);
    }
}
