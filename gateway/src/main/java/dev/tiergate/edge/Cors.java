package dev.tiergate.edge;

import dev.tiergate.routes.CorsConfig;
import io.vertx.core.MultiMap;
import io.vertx.core.buffer.Buffer;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** The cross-origin rules of one route, made into headers once (Fetch standard, section 3.2). */
final class Cors {

    private static final String ORIGIN = "Origin";
    private static final String VARY = "Vary";
    private static final String PREFIX = "access-control-";

    /** What scripts of other origins may read of an answer. */
    private static final String EXPOSED = "RateLimit, RateLimit-Policy, Retry-After, X-Request-Id";

    private static final int NO_CONTENT = 204;

    private final CorsConfig config;
    private final boolean anyOrigin;
    private final boolean anyHeader;
    private final String methods;
    private final String headers;
    private final String maxAge;

    Cors(CorsConfig config) {
        this.config = config;
        this.anyOrigin = config.origins().contains("*");
        this.anyHeader = config.headers().contains("*");
        this.methods = String.join(", ", new TreeSet<>(config.methods()));
        this.headers = String.join(", ", new TreeSet<>(config.headers()));
        this.maxAge = Long.toString(config.maxAge().toSeconds());
    }

    /** True for the question that a browser asks before the request itself. */
    static boolean preflight(String method, MultiMap headers) {
        return method.equals("OPTIONS")
                && headers.contains(ORIGIN)
                && headers.contains("Access-Control-Request-Method");
    }

    /** The answer to a preflight; to an origin that is not allowed it allows nothing. */
    Answer answer(MultiMap request) {
        Map<String, String> answer = new LinkedHashMap<>();
        String origin = request.get(ORIGIN);
        if (allowed(origin)) {
            putOrigin(answer, origin);
            answer.put("Access-Control-Allow-Methods", methods);
            String asked = request.get("Access-Control-Request-Headers");
            String allowed = anyHeader ? names(asked) : headers;
            if (!allowed.isEmpty()) {
                answer.put("Access-Control-Allow-Headers", allowed);
            }
            answer.put("Access-Control-Max-Age", maxAge);
        }
        answer.put(VARY, "Origin, Access-Control-Request-Method, Access-Control-Request-Headers");
        answer.put("Content-Length", "0");
        return new Answer(NO_CONTENT, answer, Buffer.buffer());
    }

    /** What an answer of the gateway's own to a request of that origin carries. */
    Map<String, String> headers(@Nullable String origin) {
        Map<String, String> answer = new LinkedHashMap<>();
        if (allowed(origin)) {
            putOrigin(answer, origin);
            answer.put("Access-Control-Expose-Headers", EXPOSED);
        }
        if (!anyOrigin) {
            answer.put(VARY, ORIGIN);
        }
        return answer;
    }

    /** Puts the gateway's rules in the place of a backend's own. */
    void replace(MultiMap response, @Nullable String origin) {
        for (String name : List.copyOf(response.names())) {
            if (name.toLowerCase(Locale.ROOT).startsWith(PREFIX)) {
                response.remove(name);
            }
        }
        headers(origin).forEach((name, value) -> {
            if (name.equals(VARY)) {
                addVary(response);
            } else {
                response.set(name, value);
            }
        });
    }

    private static void addVary(MultiMap response) {
        for (String value : HeaderValues.all(response, VARY)) {
            for (String name : value.split(",", -1)) {
                if (name.strip().equals("*") || name.strip().equalsIgnoreCase(ORIGIN)) {
                    return;
                }
            }
        }
        response.add(VARY, ORIGIN);
    }

    private boolean allowed(@Nullable String origin) {
        return origin != null && (anyOrigin || config.origins().contains(origin));
    }

    private void putOrigin(Map<String, String> answer, @Nullable String origin) {
        if (origin == null) {
            return;
        }
        answer.put("Access-Control-Allow-Origin", anyOrigin ? "*" : origin);
        if (config.credentials() && !anyOrigin) {
            answer.put("Access-Control-Allow-Credentials", "true");
        }
    }

    /** The header names that a browser asks for, without what is none. */
    private static String names(@Nullable String asked) {
        List<String> names = new ArrayList<>();
        for (String name : (asked == null ? "" : asked).split(",", -1)) {
            String stripped = name.strip();
            if (stripped.matches("[A-Za-z0-9!#$%&'*+.^_`|~-]{1,128}")) {
                names.add(stripped);
            }
        }
        return String.join(", ", names);
    }
}
