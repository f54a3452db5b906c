package dev.tiergate.plugin.validator;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonObject;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What the service said, checked. Whether it allows is what counts: a reason or a message that makes no sense is left out,
 * so that it never turns a no into a fault.
 *
 * @param reason snake_case, up to 64 characters; null for none
 * @param message for people, up to 300 characters; null for none
 */
record Answer(
        boolean allow, @Nullable String reason, @Nullable String message) {

    static final int MOST_BYTES = 16 * 1024;

    private static final int MOST_MESSAGE = 300;
    private static final Pattern REASON = Pattern.compile("[a-z][a-z0-9_]{0,63}");

    /** @throws ServiceException where it says neither yes nor no */
    static Answer of(Buffer body) {
        try {
            var said = new JsonObject(body);
            if (said.getValue("allow") instanceof Boolean allow) {
                return new Answer(allow, reason(said.getValue("reason")), message(said.getValue("message")));
            }
        } catch (DecodeException e) {
            throw new ServiceException("its answer is no JSON object");
        }
        throw new ServiceException("its answer says neither \"allow\": true nor \"allow\": false");
    }

    private static @Nullable String reason(@Nullable Object said) {
        return said instanceof String text && REASON.matcher(text).matches() ? text : null;
    }

    private static @Nullable String message(@Nullable Object said) {
        if (!(said instanceof String text) || text.isBlank()) {
            return null;
        }
        var plain = text.replaceAll("[\\p{Cntrl}\\p{Cf}]", " ").strip();
        int end = Math.min(plain.length(), MOST_MESSAGE);
        boolean halved = end < plain.length() && Character.isHighSurrogate(plain.charAt(end - 1));
        return plain.substring(0, halved ? end - 1 : end);
    }
}
