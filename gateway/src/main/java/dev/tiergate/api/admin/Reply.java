package dev.tiergate.api.admin;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import org.jspecify.annotations.Nullable;

/**
 * An answer that is what was asked for.
 *
 * @param body a {@link JsonObject} or a {@link JsonArray}; null with 204
 * @param version what the ETag is made of: stands for all that can be changed; null where nothing can
 * @param location the path of what was created
 */
record Reply(
        int status,
        @Nullable Object body,
        @Nullable String version,
        @Nullable String location) {

    static final Reply NO_CONTENT = new Reply(204, null, null, null);

    static Reply ok(JsonObject body) {
        return new Reply(200, body, null, null);
    }

    static Reply ok(Document document) {
        return new Reply(200, document.body(), document.version(), null);
    }

    static Reply created(Document document, String location) {
        return new Reply(201, document.body(), document.version(), location);
    }

    /** A strong entity tag (RFC 9110, section 8.8.3). */
    @Nullable
    String etag() {
        return version == null ? null : '"' + version + '"';
    }

    String encoded() {
        return body instanceof JsonArray array
                ? array.encode()
                : body instanceof JsonObject object ? object.encode() : "";
    }
}
