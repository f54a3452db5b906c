package dev.tiergate.api.events;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonObject;
import java.time.Duration;

/** Events as bytes: server-sent events (WHATWG HTML, 9.2), or messages of a WebSocket. */
final class Frames {

    /** How long a browser waits before it comes back. */
    private static final Duration RETRY = Duration.ofSeconds(2);

    /** A comment, which pages do not see. */
    static final Buffer HEARTBEAT = Buffer.buffer(":\n\n");

    private Frames() {}

    /** How the data of an event looks. */
    enum Dialect {
        OWN,
        /** What a provider of OFREP 0.3 understands: that it is to ask again. */
        OFREP
    }

    /** An id alone: what a page comes back with as long as it was told nothing. */
    static Buffer opening(String id) {
        return Buffer.buffer("retry: " + RETRY.toMillis() + "\nid: " + id + "\n\n");
    }

    static Buffer sse(String id, PageEvent event, Dialect dialect) {
        return Buffer.buffer(
                dialect == Dialect.OFREP
                        ? "id: " + id + "\ndata: {\"type\":\"refetchEvaluation\"}\n\n"
                        : "id: " + id + "\nevent: " + event.type() + "\ndata: "
                                + event.data().encode() + "\n\n");
    }

    static String message(EventId id, PageEvent event) {
        return new JsonObject().put("id", id.toString()).mergeIn(event.data()).encode();
    }

    /** The first message of a WebSocket. */
    static String connected(EventId last) {
        return new JsonObject()
                .put("id", last.toString())
                .put("type", "connected")
                .encode();
    }
}
