package dev.tiergate.api;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The members of a JSON object in their order. */
final class Members {

    private final Map<String, @Nullable Object> values = new LinkedHashMap<>();

    /** @param value text, a number, a boolean, null, members, or a list of these */
    Members with(String name, @Nullable Object value) {
        values.put(name, plain(value));
        return this;
    }

    Members and(Members more) {
        values.putAll(more.values);
        return this;
    }

    private static @Nullable Object plain(@Nullable Object value) {
        if (value instanceof Members members) {
            return members.values;
        }
        if (value instanceof List<?> list) {
            List<@Nullable Object> plain = new ArrayList<>(list.size());
            list.forEach(element -> plain.add(plain(element)));
            return plain;
        }
        return value;
    }

    /** Of what JSON is made of: maps, lists, text, numbers, booleans, null. */
    Map<String, @Nullable Object> plain() {
        return Collections.unmodifiableMap(values);
    }
}
