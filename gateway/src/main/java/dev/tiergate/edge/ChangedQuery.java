package dev.tiergate.edge;

import io.netty.handler.codec.http.QueryStringDecoder;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Set;
import java.util.StringJoiner;
import org.jspecify.annotations.Nullable;

/** A query in which some parameters have one value each, whichever way a backend reads it. All else stays as it came. */
final class ChangedQuery {

    private ChangedQuery() {}

    /**
     * What could be read as one of the parameters goes: any case of its name, white space around it, {@code name[]}, and what
     * stands behind a semicolon. The values come last, form-encoded.
     *
     * @param query without the question mark; null for none
     * @param values by parameter; where there are none the query stays
     */
    static @Nullable String of(@Nullable String query, Map<String, String> values) {
        if (values.isEmpty()) {
            return query;
        }
        var kept = new StringBuilder();
        var from = 0;
        var length = query == null ? 0 : query.length();
        while (query != null && from < length) {
            var end = endOfPair(query, from);
            if (!named(query.substring(from, end), values.keySet())) {
                if (!kept.isEmpty()) {
                    kept.append(query.charAt(from - 1));
                }
                kept.append(query, from, end);
            }
            from = end + 1;
        }
        var all = new StringJoiner("&");
        if (!kept.isEmpty()) {
            all.add(kept);
        }
        values.forEach((name, value) -> all.add(encoded(name) + '=' + encoded(value)));
        return all.toString();
    }

    private static int endOfPair(String query, int from) {
        var end = from;
        while (end < query.length() && query.charAt(end) != '&' && query.charAt(end) != ';') {
            end++;
        }
        return end;
    }

    /** Whether some parser would take a pair for one of the parameters. */
    private static boolean named(String pair, Set<String> names) {
        var equals = pair.indexOf('=');
        var name = decoded(equals < 0 ? pair : pair.substring(0, equals));
        var loosely = name;
        for (var mark : new char[] {'[', '\0'}) {
            var at = loosely.indexOf(mark);
            loosely = at < 0 ? loosely : loosely.substring(0, at);
        }
        return has(names, name.strip()) || has(names, loosely.strip());
    }

    private static boolean has(Set<String> names, String name) {
        return names.stream().anyMatch(name::equalsIgnoreCase);
    }

    private static String decoded(String name) {
        try {
            return QueryStringDecoder.decodeComponent(name);
        } catch (IllegalArgumentException e) {
            return name; // an escape that is none
        }
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }
}
