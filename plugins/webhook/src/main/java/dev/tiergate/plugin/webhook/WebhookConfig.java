package dev.tiergate.plugin.webhook;

import dev.tiergate.plugin.Secret;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.List;
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

    private static final int MOST_KEYS = 2;
    private static final int MOST_PORT = 65_535;

    public WebhookConfig(@Nullable String url, @Nullable List<Secret> keys, @Nullable String source) {
        if (url == null) {
            throw new IllegalArgumentException(
                    "webhook needs 'url', such as url: https://crm.example.com/hooks/tiergate");
        }
        this.url = url;
        this.keys = (keys == null ? List.<Secret>of() : keys)
                .stream().filter(key -> !key.value().isBlank()).toList();
        this.source = source == null ? DEFAULT_SOURCE : source;
        target();
        require(
                !this.keys.isEmpty() && this.keys.size() <= MOST_KEYS,
                "'keys' must hold one key, or two during a rotation, such as keys: [ \"${WEBHOOK_KEY}\" ]");
        this.keys.forEach(SigningKey::of);
        require(parsed(this.source) != null, "'source' must be a URI such as https://gateway.example.com");
    }

    /** Of http or https, with a host. */
    URI target() {
        var uri = parsed(url);
        if (uri == null) {
            throw new IllegalArgumentException("'url' must be a URL such as https://crm.example.com/hooks/tiergate");
        }
        require(
                "http".equalsIgnoreCase(uri.getScheme()) || "https".equalsIgnoreCase(uri.getScheme()),
                "'url' must begin with http:// or https://");
        require(
                uri.getHost() != null && uri.getPort() != 0 && uri.getPort() <= MOST_PORT,
                "'url' must have a host, and a port from 1 to 65535 if any");
        require(
                uri.getRawUserInfo() == null && uri.getRawFragment() == null,
                "'url' holds no user name or password, and no fragment");
        return uri;
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
