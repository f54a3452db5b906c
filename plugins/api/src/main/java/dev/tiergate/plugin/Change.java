package dev.tiergate.plugin;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What a {@link Fallback} changes about a request so that it may pass.
 *
 * @param query parameters by name, each with the one value that it has then; all other ones stay as they came
 * @param upstreamHeaders set on the request to the upstream; routes and checks see them as if the client had sent them
 * @param upstream where it goes, by its name in routes.yaml; null for the route's upstream
 */
public record Change(
        Map<String, String> query,
        Map<String, String> upstreamHeaders,
        @Nullable String upstream) {

    /** RFC 9110, section 5.6.2. */
    private static final Pattern NAME = Pattern.compile("[!#$%&'*+.^_`|~0-9A-Za-z-]+");

    /** RFC 9110, section 5.5, without octets above ASCII. */
    private static final Pattern VALUE = Pattern.compile("[\\t\\x20-\\x7e]*");

    /** What frames a message or belongs to its connection, and what the gateway says itself; in lower case. */
    private static final Pattern OF_OTHERS =
            Pattern.compile("connection|content-length|expect|host|keep-alive|proxy-.*|te|"
                    + "trailer|transfer-encoding|upgrade|x-tiergate-.*");

    /** @throws IllegalArgumentException where nothing is changed, or a header cannot be sent */
    public Change {
        if (query.isEmpty() && upstreamHeaders.isEmpty() && upstream == null) {
            throw new IllegalArgumentException("a change changes something");
        }
        upstreamHeaders.forEach((name, value) -> {
            var others = OF_OTHERS.matcher(name.toLowerCase(Locale.ROOT)).matches();
            if (others || !NAME.matcher(name).matches() || !VALUE.matcher(value).matches()) {
                throw new IllegalArgumentException("the header '" + name + "' cannot be sent");
            }
        });
        query = Collections.unmodifiableMap(new LinkedHashMap<>(query));
        upstreamHeaders = Collections.unmodifiableMap(new LinkedHashMap<>(upstreamHeaders));
    }
}
