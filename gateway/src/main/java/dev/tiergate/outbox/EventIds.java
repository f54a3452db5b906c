package dev.tiergate.outbox;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;

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

    /** PostgreSQL has no character of code 0, and refuses the whole batch for one. */
    static Map<String, Object> storable(Map<String, Object> data) {
        Map<String, Object> all = new LinkedHashMap<>(data);
        all.replaceAll((name, value) -> value instanceof String text ? text.replace('\0', '\ufffd') : value);
        return all;
    }
}
