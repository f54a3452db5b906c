package dev.tiergate.outbox;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Collection;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;

/** What all nodes call an event, and what of it a database can keep. */
final class EventIds {

    private static final int BYTES = 16;

    private EventIds() {}

    /** 32 hexadecimal digits, the same for the same text. */
    static String of(String what) {
        try {
            var digest = MessageDigest.getInstance("SHA-256").digest(what.getBytes(UTF_8));
            return HexFormat.of().formatHex(digest, 0, BYTES);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("SHA-256 is part of every JDK", e);
        }
    }

    /**
     * As JSON that PostgreSQL can keep: it has no character of code 0. What JSON has no word for is its text; nulls
     * are left out.
     */
    static Map<String, Object> storable(Map<?, ?> data) {
        Map<String, Object> all = new LinkedHashMap<>();
        data.forEach((name, value) -> {
            if (value != null) {
                all.put(text(name), storable(value));
            }
        });
        return all;
    }

    private static Object storable(Object value) {
        if (value instanceof Map<?, ?> map) {
            return storable(map);
        }
        if (value instanceof Collection<?> many) {
            return many.stream()
                    .filter(Objects::nonNull)
                    .map(EventIds::storable)
                    .toList();
        }
        return value instanceof Number || value instanceof Boolean ? value : text(value);
    }

    private static String text(Object value) {
        return value.toString().replace('\0', '\ufffd');
    }
}
