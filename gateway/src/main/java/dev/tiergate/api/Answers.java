package dev.tiergate.api;

import dev.tiergate.edge.ApiExchange;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonObject;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** How members become an answer. */
public final class Answers {

    private static final int OK = 200;
    private static final int NOT_MODIFIED = 304;

    /** 128 bits of a digest: no two answers of a store are taken for one. */
    private static final int TAG_BYTES = 16;

    private Answers() {}

    /** Of this moment: not to be kept. */
    static void send(ApiExchange exchange, Members members, Map<String, String> headers) {
        exchange.answer(OK, with(headers, "no-store"), json(members));
    }

    /** The caller's to keep, and to ask after with If-None-Match (RFC 9110, section 13.1.2). */
    static void sendTagged(ApiExchange exchange, Members members) {
        var body = json(members);
        var tag = tag(body);
        var headers = with(Map.of("ETag", tag), "private, no-cache");
        if (names(exchange.request().headers().getAll("If-None-Match"), tag)) {
            headers.remove("Content-Type");
            exchange.answer(NOT_MODIFIED, headers, Buffer.buffer());
        } else {
            exchange.answer(OK, headers, body);
        }
    }

    private static Buffer json(Members members) {
        return new JsonObject(members.plain()).toBuffer();
    }

    private static Map<String, String> with(Map<String, String> headers, String cacheControl) {
        Map<String, String> all = new LinkedHashMap<>();
        all.put("Content-Type", "application/json");
        all.put("Cache-Control", cacheControl);
        all.put("Vary", "Authorization, Cookie");
        all.putAll(headers);
        return all;
    }

    /** A strong tag of a body (RFC 9110, section 8.8.3). */
    public static String tag(Buffer body) {
        try {
            var digest = MessageDigest.getInstance("SHA-256").digest(body.getBytes());
            var encoder = Base64.getUrlEncoder().withoutPadding();
            return '"' + encoder.encodeToString(Arrays.copyOf(digest, TAG_BYTES)) + '"';
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("Every Java has SHA-256", e);
        }
    }

    /** By weak comparison: a tag that came through a compressing proxy is still the same. */
    public static boolean names(List<String> conditions, String tag) {
        for (var condition : conditions) {
            for (var candidate : condition.split(",", -1)) {
                var stripped = candidate.strip();
                if (stripped.equals("*") || stripped.equals(tag) || stripped.equals("W/" + tag)) {
                    return true;
                }
            }
        }
        return false;
    }

    /** The gateway's mode as the APIs call it. */
    public static String mode(ApiExchange exchange) {
        return exchange.mode().name().toLowerCase(Locale.ROOT);
    }
}
