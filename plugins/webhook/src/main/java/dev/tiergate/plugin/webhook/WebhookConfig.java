package dev.tiergate.plugin.webhook;

import dev.tiergate.plugin.Secret;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What stands under {@code webhook:} in routes.yaml.
 *
 * @param url where events are posted to, of http or https
 * @param keys one or two, each {@code whsec_} and 24 to 64 bytes in base64; those that are empty are left out
 * @param source of the CloudEvents
 */
public record WebhookConfig(String url, List<Secret> keys, String source) {

    static final String DEFAULT_SOURCE = "tiergate";

    private static final Set<String> SCHEMES = Set.of("http", "https");
    private static final int MOST_KEYS = 2;
    private static final int MAX_PORT = 65_535;

    public WebhookConfig(@Nullable String url, @Nullable List<Secret> keys, @Nullable String source) {
        this.url = url == null ? "" : url;
        this.keys = (keys == null ? List.<Secret>of() : keys)
                .stream().filter(key -> !key.value().isBlank()).toList();
        this.source = source == null ? DEFAULT_SOURCE : source;
        require(receives(parsed(this.url)), "url must be one of http or https with a host, without user and fragment");
        require(
                !this.keys.isEmpty() && this.keys.size() <= MOST_KEYS,
                "keys must hold one key, or two during a rotation, such as keys: [ \"${WEBHOOK_KEY}\" ]");
        this.keys.forEach(SigningKey::of);
        require(parsed(this.source) != null, "source must be a URI such as https://gateway.example.com");
    }

    URI target() {
        return URI.create(url);
    }

    private static boolean receives(@Nullable URI uri) {
        return uri != null
                && uri.getScheme() != null
                && SCHEMES.contains(uri.getScheme().toLowerCase(Locale.ROOT))
                && uri.getHost() != null
                && uri.getPort() != 0
                && uri.getPort() <= MAX_PORT
                && uri.getRawUserInfo() == null
                && uri.getRawFragment() == null;
    }

    private static @Nullable URI parsed(String text) {
        try {
            return text.isEmpty() ? null : new URI(text);
        } catch (URISyntaxException e) {
            return null;
        }
    }

    private static void require(boolean holds, String otherwise) {
        if (!holds) {
            throw new IllegalArgumentException(otherwise);
        }
    }
}
