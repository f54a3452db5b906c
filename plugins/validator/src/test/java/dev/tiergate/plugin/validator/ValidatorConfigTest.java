package dev.tiergate.plugin.validator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tiergate.plugin.Secret;
import dev.tiergate.plugin.validator.ValidatorConfig.Fact;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ValidatorConfigTest {

    private static final String URL = "https://rules.example.com/check";

    @Test
    void all_but_the_url_may_be_left_out() {
        var usual = new ValidatorConfig(URL, null, null, null, null, null);
        assertThat(usual.key()).containsExactly(Fact.STORE, Fact.USER, Fact.ROLES, Fact.FEATURE, Fact.ROUTE);
        assertThat(usual.ttl()).isEqualTo(Duration.ofSeconds(30));
        assertThat(usual.entries()).isEqualTo(1000);
        assertThat(usual.timeout()).isEqualTo(Duration.ofMillis(500));
        assertThat(usual.headers()).isEmpty();
        assertThatThrownBy(() -> new ValidatorConfig(null, null, null, null, null, null))
                .hasMessage("validator needs 'url', such as url: http://rules.internal:8080/check");
    }

    @Test
    void facts_are_told_in_one_order_whatever_the_file_has() {
        var config = new ValidatorConfig(URL, Set.of(Fact.PATH, Fact.STORE), null, null, null, null);
        assertThat(config.key()).containsExactly(Fact.STORE, Fact.PATH);
        assertThatThrownBy(() -> new ValidatorConfig(URL, Set.of(), null, null, null, null))
                .hasMessageStartingWith("'key' is empty");
    }

    @Test
    void an_answer_is_remembered_for_an_hour_at_most() {
        assertThatCode(() -> bounds(Duration.ofHours(1), null, null)).doesNotThrowAnyException();
        assertThatThrownBy(() -> bounds(Duration.ofHours(1).plusMillis(1), null, null))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("'ttl' must be from 0s to 1h");
    }

    @Test
    void entries_are_1_to_100000() {
        for (int good : List.of(1, 100_000)) {
            assertThatCode(() -> bounds(null, good, null)).doesNotThrowAnyException();
        }
        for (int bad : List.of(0, 100_001)) {
            assertThatThrownBy(() -> bounds(null, bad, null)).hasMessage("'entries' must be from 1 to 100000");
        }
    }

    @Test
    void the_timeout_is_10_milliseconds_to_30_seconds() {
        for (int good : List.of(10, 30_000)) {
            assertThatCode(() -> bounds(null, null, Duration.ofMillis(good))).doesNotThrowAnyException();
        }
        for (int bad : List.of(9, 30_001)) {
            assertThatThrownBy(() -> bounds(null, null, Duration.ofMillis(bad)))
                    .hasMessage("'timeout' must be from 10ms to 30s");
        }
    }

    @Test
    void a_header_that_cannot_be_sent_is_refused_without_being_shown() {
        for (var header :
                List.of(Map.entry("X Y", "s3cret"), Map.entry("X-Y", "s3cret\r\nX-Z: 1"), Map.entry("", "s3cret"))) {
            assertThatThrownBy(() -> sending(header.getKey(), header.getValue()))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasNoCause()
                    .message()
                    .doesNotContain("s3cret");
        }
        var config = sending("Authorization", "Bearer s3cret");
        assertThat(config + " " + config.headers()).doesNotContain("s3cret");
    }

    private static ValidatorConfig sending(String header, String value) {
        return new ValidatorConfig(URL, null, null, null, null, Map.of(header, new Secret(value)));
    }

    @ParameterizedTest
    @CsvSource({
        "http://a b/, must be a URL",
        "ftp://rules.example.com/, must begin with http:// or https://",
        "/check, must begin with http:// or https://",
        "http:///check, must have a host",
        "http://rules.example.com:0/, must have a host",
        "http://rules.example.com:65536/, must have a host",
        "http://me:secret@rules.example.com/, holds no user name",
        "http://rules.example.com/#a, holds no user name",
    })
    void what_is_no_url_to_ask_is_refused(String url, String message) {
        assertThatThrownBy(() -> new ValidatorConfig(url, null, null, null, null, null))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("'url' " + message)
                .hasNoCause()
                .message()
                .doesNotContain("secret");
    }

    private static ValidatorConfig bounds(
            @Nullable Duration ttl, @Nullable Integer entries, @Nullable Duration timeout) {
        return new ValidatorConfig(URL, null, ttl, entries, timeout, null);
    }
}
