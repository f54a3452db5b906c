package dev.tiergate.edge;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.net.URLDecoder;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Reads a target as the most obliging of all backends: decodes twice, cuts, trims, folds, and resolves dots. */
final class LiberalReading {

    private static final Pattern BAD_ESCAPE = Pattern.compile("%(?![0-9A-Fa-f]{2})");

    private LiberalReading() {}

    static String of(String target) {
        int query = target.indexOf('?');
        String path = query < 0 ? target : target.substring(0, query);
        int fragment = path.indexOf('#');
        path = fragment < 0 ? path : path.substring(0, fragment);
        path = decode(decode(path)).replace('\\', '/').toLowerCase(Locale.ROOT);
        Deque<String> segments = new ArrayDeque<>();
        for (String raw : path.split("/", -1)) {
            String segment = raw.split(";", 2)[0].strip();
            if (segment.equals("..")) {
                segments.pollLast();
            } else if (!segment.isEmpty() && !segment.equals(".")) {
                segments.addLast(segment);
            }
        }
        return "/" + String.join("/", segments);
    }

    private static String decode(String path) {
        String escaped = BAD_ESCAPE.matcher(path.replace("+", "%2B")).replaceAll(Matcher.quoteReplacement("%25"));
        return URLDecoder.decode(escaped, ISO_8859_1);
    }
}
