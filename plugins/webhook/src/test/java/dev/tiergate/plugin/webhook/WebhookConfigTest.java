package dev.tiergate.plugin.webhook;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tiergate.plugin.Secret;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class WebhookConfigTest {

    private static final String URL = "https://crm.example.com/hooks/tiergate?team=sales";
    private static final String KEY = key(32);

    static String key(int bytes) {
        byte[] key = new byte[bytes];
        Arrays.fill(key, (byte) 7);
        return "whsec_" + Base64.getEncoder().encodeToString(key);
    }

    private static WebhookConfig config(String url, String... keys) {
        return new WebhookConfig(url, Stream.of(keys).map(Secret::new).toList(), null);
    }

    @Test
    void a_url_and_a_key_are_enough() {
        var config = config(URL, KEY);
        assertThat(config.target()).hasToString(URL);
        assertThat(config.source()).isEqualTo("tiergate");
    }

    @Test
    void no_key_is_printed() {
        assertThat(config(URL, KEY).toString()).doesNotContain("whsec_");
    }

    @ParameterizedTest
    @CsvSource({
        "'', must be a URL",
        "https://crm example.com/, must be a URL",
        "crm.example.com/hooks, must begin with http:// or https://",
        "ftp://crm.example.com/, must begin with http:// or https://",
        "https:///hooks, must have a host",
        "https://crm.example.com:0/, must have a host",
        "https://crm.example.com:65536/, must have a host",
        "https://me:secret@crm.example.com/, holds no user name",
        "https://crm.example.com/#top, holds no user name",
    })
    void what_nothing_can_be_posted_to_is_refused(String url, String message) {
        assertThatThrownBy(() -> config(url, KEY))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("'url' " + message)
                .hasNoCause()
                .message()
                .doesNotContain("secret");
    }

    @Test
    void a_url_with_the_highest_port_or_none_is_taken() {
        for (var url :
                List.of("https://crm.example.com:65535/", "http://crm.example.com:1/", "HTTPS://crm.example.com")) {
            assertThat(config(url, KEY).target()).hasToString(url);
        }
        assertThatThrownBy(() -> new WebhookConfig(null, List.of(new Secret(KEY)), null))
                .hasMessage("webhook needs 'url', such as url: https://crm.example.com/hooks/tiergate");
    }

    @Test
    void one_key_or_two_during_a_rotation_and_not_three() {
        assertThat(config(URL, KEY, key(24)).keys()).hasSize(2);
        assertThatThrownBy(() -> config(URL, KEY, key(24), key(25)))
                .hasMessageStartingWith("'keys' must hold one key, or two during a rotation");
        assertThatThrownBy(() -> config(URL)).hasMessageStartingWith("'keys' must hold one key");
        assertThatThrownBy(() -> new WebhookConfig(URL, null, null)).hasMessageStartingWith("'keys' must hold one key");
    }

    @Test
    void a_key_of_an_empty_variable_is_left_out() {
        assertThat(config(URL, KEY, "").keys()).containsExactly(new Secret(KEY));
        assertThatThrownBy(() -> config(URL, "", " ")).hasMessageStartingWith("'keys' must hold one key");
    }

    @Test
    void a_key_has_from_24_to_64_bytes() {
        assertThat(List.of(config(URL, key(24)), config(URL, key(64)))).hasSize(2);
        for (var key : List.of(key(23), key(65), "whsec_", "whsec_not base64!", KEY.substring(6), "s3cret".repeat(8))) {
            assertThatThrownBy(() -> config(URL, key))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasNoCause()
                    .hasMessage("each of 'keys' must be whsec_ and 24 to 64 bytes in base64;"
                            + " make one with: echo whsec_$(openssl rand -base64 32)");
        }
    }

    @Test
    void a_source_is_a_uri() {
        assertThat(new WebhookConfig(URL, List.of(new Secret(KEY)), "https://gateway.example.com").source())
                .isEqualTo("https://gateway.example.com");
        assertThatThrownBy(() -> new WebhookConfig(URL, List.of(new Secret(KEY)), "not a uri"))
                .hasMessage("'source' must be a URI such as https://gateway.example.com");
    }
}
