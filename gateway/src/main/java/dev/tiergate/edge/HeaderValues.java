package dev.tiergate.edge;

import io.vertx.core.MultiMap;
import java.util.List;

/** Reads header fields alike for both protocols: the map of an HTTP/2 request answers null for a field that is not there. */
final class HeaderValues {

    private HeaderValues() {}

    static List<String> all(MultiMap headers, CharSequence name) {
        List<String> values = headers.getAll(name);
        return values == null ? List.of() : values;
    }
}
