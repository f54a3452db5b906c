package dev.tiergate.api.ofrep;

import dev.tiergate.api.ofrep.Flag.ErrorCode;
import dev.tiergate.plugin.StoreRef;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.DecodeException;
import io.vertx.core.json.Json;
import io.vertx.core.json.JsonObject;
import org.jspecify.annotations.Nullable;

/** What a client says of whom it asks for. The token says who asks; this may agree with it, or say nothing. */
final class EvaluationContext {

    private static final String TARGETING_KEY = "targetingKey";

    private EvaluationContext() {}

    /** What is wrong with a request's body. */
    record Fault(ErrorCode code, String details) {}

    /**
     * @param user of the token; null where it names none
     * @return null for a body that says nothing wrong
     */
    static @Nullable Fault fault(Buffer body, StoreRef store, @Nullable String user) {
        if (body.length() == 0) {
            return null;
        }
        Object json;
        try {
            json = Json.decodeValue(body);
        } catch (DecodeException e) {
            return new Fault(ErrorCode.PARSE_ERROR, "The body is not JSON");
        }
        if (!(json instanceof JsonObject request)) {
            return new Fault(ErrorCode.PARSE_ERROR, "The body is not a JSON object");
        }
        var context = request.getValue("context");
        if (context == null) {
            return null;
        }
        return context instanceof JsonObject members
                ? targeting(members.getValue(TARGETING_KEY), store, user)
                : new Fault(ErrorCode.INVALID_CONTEXT, "The context is not a JSON object");
    }

    private static @Nullable Fault targeting(@Nullable Object key, StoreRef store, @Nullable String user) {
        if (key == null
                || key.equals("")
                || key.equals(store.externalId())
                || key.equals(store.code())
                || key.equals(user)) {
            return null;
        }
        return new Fault(ErrorCode.INVALID_CONTEXT, "The targetingKey is not the store or the user of the token");
    }
}
