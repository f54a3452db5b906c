package dev.tiergate.api.events;

import dev.tiergate.limits.LimitEvents;
import dev.tiergate.limits.Names;
import dev.tiergate.limits.Subject;
import dev.tiergate.limits.Usage;
import dev.tiergate.plugin.Limit;
import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonObject;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * One thing that an open page is told.
 *
 * @param user whose pages are told; null for all of the store
 * @param data members of the message, {@code type} first; not changed any more
 */
record PageEvent(@Nullable String user, JsonObject data) {

    static final String ENTITLEMENTS_CHANGED = "entitlements-changed";
    private static final String LIMIT_WARNING = "limit-warning";
    private static final String LIMIT_REACHED = "limit-reached";

    private static final String USER = "user";
    private static final String EVENT = "event";

    /** What the store may use is to be read anew: it changed, or an event may have been missed. */
    static PageEvent changed() {
        return new PageEvent(null, new JsonObject().put("type", ENTITLEMENTS_CHANGED));
    }

    static PageEvent of(Subject subject, LimitEvents.Kind kind, Usage usage) {
        var limit = usage.limit();
        var data = new JsonObject()
                .put("type", type(kind))
                .put("limit_type", limit.code())
                .put("name", limit.name())
                .put("window", Names.of(limit.window()))
                .put("current", usage.current())
                .put("limit", limit.value())
                .put("remaining", usage.remaining())
                .put("percentage", usage.percentage())
                .put("resets_at", usage.resetsAt().map(Object::toString).orElse(null));
        return new PageEvent(limit.scope() == Limit.Scope.USER ? subject.user() : null, data);
    }

    static String type(LimitEvents.Kind kind) {
        return switch (kind) {
            case APPROACHING -> LIMIT_WARNING;
            case REACHED -> LIMIT_REACHED;
        };
    }

    String type() {
        return data.getString("type");
    }

    /** True where a page of that user is told. */
    boolean concerns(@Nullable String other) {
        return user == null || user.equals(other);
    }

    /** As one node tells the others. */
    String encode() {
        return new JsonObject().put(USER, user).put(EVENT, data).encode();
    }

    /** Empty for what no node of this version has written. */
    static Optional<PageEvent> decode(String text) {
        try {
            var json = new JsonObject(text);
            var data = json.getJsonObject(EVENT);
            var type = data == null ? null : data.getString("type");
            return LIMIT_WARNING.equals(type) || LIMIT_REACHED.equals(type)
                    ? Optional.of(new PageEvent(json.getString(USER), data))
                    : Optional.empty();
        } catch (DecodeException | ClassCastException e) {
            return Optional.empty();
        }
    }
}
