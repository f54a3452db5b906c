package dev.tiergate.plugin.degrade;

import dev.tiergate.plugin.Call;
import dev.tiergate.plugin.Change;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What a request is turned into that would be refused.
 *
 * @param clamp query parameters that are whole numbers, with the most that each may be, 0 or more; one that is missing, no
 *     number, or there more than once becomes the most
 * @param set query parameters with the value that each gets
 * @param headers set on the request to the upstream
 * @param upstream where the request goes; null for the route's
 */
public record Less(
        Map<String, Long> clamp,
        Map<String, String> set,
        Map<String, String> headers,
        @Nullable String upstream) {

    /** What fits into a long. */
    private static final Pattern WHOLE = Pattern.compile("[0-9]{1,18}");

    public Less(
            @Nullable Map<String, Long> clamp,
            @Nullable Map<String, String> set,
            @Nullable Map<String, String> headers,
            @Nullable String upstream) {
        this.clamp = sorted(clamp);
        this.set = sorted(set);
        this.headers = sorted(headers);
        this.upstream = upstream;
        if (this.clamp.isEmpty() && this.set.isEmpty() && this.headers.isEmpty() && upstream == null) {
            throw new IllegalArgumentException(
                    "degrade needs 'clamp', 'set', 'headers' or 'upstream', such as clamp: { limit: 50 }");
        }
        this.clamp.forEach(this::check);
        changed(Map.of("any", "value")); // refuses headers that cannot be sent
    }

    private static <V> Map<String, V> sorted(@Nullable Map<String, V> values) {
        return values == null ? Map.of() : Collections.unmodifiableMap(new TreeMap<>(Map.copyOf(values)));
    }

    private void check(String name, long most) {
        if (most < 0) {
            throw new IllegalArgumentException("the most that '" + name + "' may be is 0 or more");
        }
        if (set.containsKey(name)) {
            throw new IllegalArgumentException("'" + name + "' stands in 'clamp' and in 'set'; remove one");
        }
    }

    Change change(Call call) {
        var query = new TreeMap<>(set);
        clamp.forEach((name, most) -> query.put(name, clamped(call.queryValues(name), most)));
        return changed(query);
    }

    private Change changed(Map<String, String> query) {
        return new Change(query, headers, upstream);
    }

    private static String clamped(List<String> values, long most) {
        return values.size() == 1 && WHOLE.matcher(values.get(0)).matches() && Long.parseLong(values.get(0)) <= most
                ? values.get(0)
                : Long.toString(most);
    }
}
