package dev.tiergate.api.ofrep;

import io.vertx.core.json.JsonObject;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One evaluated flag, or why it could not be.
 *
 * @param members of its JSON besides {@code key}, in order; none is null
 */
record Flag(String key, Map<String, Object> members) {

    /** Why a flag has no value, as OpenFeature's clients tell errors apart. */
    enum ErrorCode {
        PARSE_ERROR,
        TARGETING_KEY_MISSING,
        INVALID_CONTEXT,
        FLAG_NOT_FOUND,
        GENERAL
    }

    Flag {
        members = Collections.unmodifiableMap(new LinkedHashMap<>(members));
    }

    /** @param metadata text, numbers and booleans: providers take nothing else, and some want it always */
    static Flag of(String key, Object value, String reason, String variant, Map<String, Object> metadata) {
        Map<String, Object> members = new LinkedHashMap<>();
        members.put("value", value);
        members.put("reason", reason);
        members.put("variant", variant);
        members.put("metadata", metadata);
        return new Flag(key, members);
    }

    static Flag failed(String key, ErrorCode code, String details) {
        Map<String, Object> members = new LinkedHashMap<>();
        members.put("errorCode", code.name());
        members.put("errorDetails", details);
        members.put("metadata", Map.of());
        return new Flag(key, members);
    }

    /** Null for a flag that has a value. */
    @Nullable
    ErrorCode error() {
        return members.get("errorCode") instanceof String code ? ErrorCode.valueOf(code) : null;
    }

    JsonObject json() {
        var json = new JsonObject().put("key", key);
        members.forEach(json::put);
        return json;
    }
}
