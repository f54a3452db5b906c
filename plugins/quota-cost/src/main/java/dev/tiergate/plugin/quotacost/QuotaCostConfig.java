package dev.tiergate.plugin.quotacost;

import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What stands under {@code quota-cost:} in routes.yaml: one of {@code body}, {@code query} and {@code headers}.
 *
 * @param body bytes of the request's body that cost one unit, such as {@code 1MiB}; null where the body does not count
 * @param query the parameter whose value counts; null where none does
 * @param headers those of the response that count, each with how often it does; empty where none does
 * @param per how much of the query's or the headers' value costs one unit
 */
public record QuotaCostConfig(
        @Nullable String body, @Nullable String query, Map<String, Integer> headers, Integer per) {

    private static final Pattern SIZE = Pattern.compile("([1-9][0-9]{0,8})(B|KiB|MiB|GiB)");
    private static final String HEADER_NAME = "[!#$%&'*+.^_`|~0-9A-Za-z-]+";
    private static final int MOST_HEADERS = 20;
    private static final int MOST_WEIGHT = 1_000;
    private static final int MOST_PER = 1_000_000_000;

    public QuotaCostConfig(
            @Nullable String body,
            @Nullable String query,
            @Nullable Map<String, Integer> headers,
            @Nullable Integer per) {
        if (Stream.of(body != null, query != null, headers != null)
                        .filter(given -> given)
                        .count()
                != 1) {
            throw new IllegalArgumentException(
                    "quota-cost needs one of 'body', 'query' and 'headers', such as body: 1MiB");
        }
        if (body != null && (per != null || !SIZE.matcher(body).matches())) {
            throw new IllegalArgumentException(
                    "'body' is the size that costs one unit, such as 64KiB or 1MiB, and has no 'per' beside it");
        }
        if (query != null && query.isEmpty()) {
            throw new IllegalArgumentException("'query' must be the name of a parameter");
        }
        if (per != null && (per < 1 || per > MOST_PER)) {
            throw new IllegalArgumentException("'per' must be from 1 to " + MOST_PER);
        }
        this.body = body;
        this.query = query;
        this.headers = headers == null ? Map.of() : checked(headers);
        this.per = per == null ? Integer.valueOf(1) : per;
    }

    private static Map<String, Integer> checked(Map<String, Integer> headers) {
        if (headers.isEmpty() || headers.size() > MOST_HEADERS) {
            throw new IllegalArgumentException(
                    "'headers' must have 1 to " + MOST_HEADERS + " headers, such as X-Prompt-Tokens: 1");
        }
        Map<String, Integer> byName = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
        headers.forEach((name, weight) -> {
            if (!name.matches(HEADER_NAME) || byName.containsKey(name)) {
                throw new IllegalArgumentException("'" + name + "' is no header name, or stands twice");
            }
            if (weight == null || weight < 1 || weight > MOST_WEIGHT) {
                throw new IllegalArgumentException("'" + name + "' must count from 1 to " + MOST_WEIGHT + " times");
            }
            byName.put(name, weight);
        });
        return byName;
    }

    /** Bytes of the body that cost one unit; 0 where the body does not count. */
    long bodyUnit() {
        Matcher size = SIZE.matcher(body == null ? "" : body);
        if (!size.matches()) {
            return 0;
        }
        int shift = switch (size.group(2)) {
            case "KiB" -> 10;
            case "MiB" -> 20;
            case "GiB" -> 30;
            default -> 0;
        };
        return Long.parseLong(size.group(1)) << shift;
    }
}
