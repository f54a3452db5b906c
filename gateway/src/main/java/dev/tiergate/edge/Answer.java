package dev.tiergate.edge;

import io.vertx.core.buffer.Buffer;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * An answer of the gateway's own, ready to be written.
 *
 * @param headers each name once, {@code Content-Length} among them
 * @param body empty for a HEAD request, whose Content-Length is what a GET would have
 */
record Answer(int status, Map<String, String> headers, Buffer body) {

    Answer {
        headers = Collections.unmodifiableMap(new LinkedHashMap<>(headers));
    }

    /** Adds headers; a {@code Vary} is joined to the one that stands, any other replaces. */
    Answer with(Map<String, String> more) {
        if (more.isEmpty()) {
            return this;
        }
        Map<String, String> all = new LinkedHashMap<>(headers);
        more.forEach(
                (name, value) -> all.merge(name, value, name.equals("Vary") ? Answer::joined : (old, next) -> next));
        return new Answer(status, all, body);
    }

    private static String joined(String one, String other) {
        return one + ", " + other;
    }
}
