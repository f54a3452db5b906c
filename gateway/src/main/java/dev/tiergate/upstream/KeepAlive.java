package dev.tiergate.upstream;

import io.vertx.core.MultiMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * How long a backend says that it keeps a connection: {@code Keep-Alive: timeout=N}, in seconds. Vert.x keeps it for exactly as
 * long, so that requests meet the backend's close, and for ever where it says 0. The most that it is kept: {@link ClientOptions}.
 */
final class KeepAlive {

    private static final String FIELD = "keep-alive";
    private static final Pattern TIMEOUT =
            Pattern.compile("\\btimeout\\s*=\\s*\"?(\\d{1,9})(?!\\d)", Pattern.CASE_INSENSITIVE);
    private static final int MARGIN = 1;

    private KeepAlive() {}

    /** Before Vert.x reads it, at the answer's end. The client is not told of it anyway. */
    static void shorten(MultiMap answer) {
        String told = answer.get(FIELD);
        if (told != null) {
            answer.set(FIELD, "timeout=" + seconds(told));
        }
    }

    /** A second less than the backend, from 1 to as long as where nothing is said. */
    static int seconds(String told) {
        Matcher timeout = TIMEOUT.matcher(told);
        int most = ClientOptions.KEEP_ALIVE_SECONDS;
        return timeout.find() ? Math.max(1, Math.min(most, Integer.parseInt(timeout.group(1)) - MARGIN)) : most;
    }
}
