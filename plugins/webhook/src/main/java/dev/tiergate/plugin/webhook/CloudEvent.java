package dev.tiergate.plugin.webhook;

import dev.tiergate.plugin.Event;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonObject;

/** An event as CloudEvents 1.0 writes it: the JSON format, in structured mode of the HTTP binding. */
final class CloudEvent {

    static final String MEDIA_TYPE = "application/cloudevents+json; charset=UTF-8";

    private static final String VERSION = "1.0";
    private static final String TYPE_PREFIX = "dev.tiergate.";

    private CloudEvent() {}

    static Buffer of(Event event, String source) {
        return new JsonObject()
                .put("specversion", VERSION)
                .put("id", event.id())
                .put("source", source)
                .put("type", TYPE_PREFIX + event.type().code())
                .put("subject", event.store())
                .put("time", event.time().toString())
                .put("datacontenttype", "application/json")
                .put("data", new JsonObject(event.data()))
                .toBuffer();
    }
}
