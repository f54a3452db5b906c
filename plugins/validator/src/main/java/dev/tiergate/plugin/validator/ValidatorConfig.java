package dev.tiergate.plugin.validator;

import dev.tiergate.plugin.Secret;
import java.net.URI;
import java.net.URISyntaxException;
import java.time.Duration;
import java.util.Collections;
import java.util.EnumSet;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What stands under {@code validator:} in routes.yaml.
 *
 * @param url what is asked, with POST
 * @param key what the service is told, and so what an answer is remembered by
 * @param ttl how long an answer is remembered; zero for not at all
 * @param entries answers that are remembered at once, for each route and event loop
 * @param timeout from the question to the end of the answer
 * @param headers sent with each question; of printable ASCII
 */
public record ValidatorConfig(
        String url, Set<Fact> key, Duration ttl, Integer entries, Duration timeout, Map<String, Secret> headers) {

    private static final Set<Fact> USUAL_KEY = EnumSet.of(Fact.STORE, Fact.USER, Fact.ROLES, Fact.FEATURE, Fact.ROUTE);
    private static final Duration USUAL_TTL = Duration.ofSeconds(30);
    private static final Duration MOST_TTL = Duration.ofHours(1);
    private static final int USUAL_ENTRIES = 1_000;
    private static final int MOST_ENTRIES = 100_000;
    private static final Duration USUAL_TIMEOUT = Duration.ofMillis(500);
    private static final Duration LEAST_TIMEOUT = Duration.ofMillis(10);
    private static final Duration MOST_TIMEOUT = Duration.ofSeconds(30);
    private static final int MOST_PORT = 65_535;
    private static final String HEADER_NAME = "[!#$%&'*+.^_`|~0-9A-Za-z-]+";
    private static final String HEADER_VALUE = "[\\x20-\\x7e]*";

    /** What can be told of a request. */
    public enum Fact {
        STORE,
        USER,
        ROLES,
        TIER,
        FEATURE,
        ROUTE,
        METHOD,
        PATH
    }

    public ValidatorConfig(
            @Nullable String url,
            @Nullable Set<Fact> key,
            @Nullable Duration ttl,
            @Nullable Integer entries,
            @Nullable Duration timeout,
            @Nullable Map<String, Secret> headers) {
        if (url == null) {
            throw new IllegalArgumentException("validator needs 'url', such as url: http://rules.internal:8080/check");
        }
        if (key != null && key.isEmpty()) {
            throw new IllegalArgumentException("'key' is empty; name what the service is told, or leave it out");
        }
        this.url = url;
        this.key = Collections.unmodifiableSet(EnumSet.copyOf(key == null ? USUAL_KEY : key));
        this.ttl = ttl == null ? USUAL_TTL : ttl;
        this.entries = entries == null ? Integer.valueOf(USUAL_ENTRIES) : entries;
        this.timeout = timeout == null ? USUAL_TIMEOUT : timeout;
        this.headers = headers == null ? Map.of() : Map.copyOf(headers);
        checkBounds();
        checkHeaders();
        uri();
    }

    private void checkBounds() {
        if (ttl.compareTo(MOST_TTL) > 0) {
            throw new IllegalArgumentException("'ttl' must be from 0s to 1h");
        }
        if (entries < 1 || entries > MOST_ENTRIES) {
            throw new IllegalArgumentException("'entries' must be from 1 to " + MOST_ENTRIES);
        }
        if (timeout.compareTo(LEAST_TIMEOUT) < 0 || timeout.compareTo(MOST_TIMEOUT) > 0) {
            throw new IllegalArgumentException("'timeout' must be from 10ms to 30s");
        }
    }

    private void checkHeaders() {
        headers.forEach((name, value) -> {
            if (!name.matches(HEADER_NAME) || !value.value().matches(HEADER_VALUE)) {
                throw new IllegalArgumentException("'headers' has a name or a value that no header can have");
            }
        });
    }

    /** Of http or https, with a host. */
    URI uri() {
        URI uri;
        try {
            uri = new URI(url);
        } catch (URISyntaxException e) {
            throw new IllegalArgumentException("'url' must be a URL such as http://rules.internal:8080/check");
        }
        if (!"http".equalsIgnoreCase(uri.getScheme()) && !"https".equalsIgnoreCase(uri.getScheme())) {
            throw new IllegalArgumentException("'url' must begin with http:// or https://");
        }
        if (uri.getHost() == null || uri.getPort() == 0 || uri.getPort() > MOST_PORT) {
            throw new IllegalArgumentException("'url' must have a host, and a port from 1 to 65535 if any");
        }
        if (uri.getRawUserInfo() != null || uri.getRawFragment() != null) {
            throw new IllegalArgumentException("'url' holds no user name or password, and no fragment");
        }
        return uri;
    }

    /** Without what may be secret. */
    @Override
    public String toString() {
        return "ValidatorConfig[key=" + key + ", ttl=" + ttl + ", entries=" + entries + ", timeout=" + timeout + "]";
    }
}
