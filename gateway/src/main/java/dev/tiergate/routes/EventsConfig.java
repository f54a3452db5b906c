package dev.tiergate.routes;

import java.time.Duration;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Where events go that the outside is to know.
 *
 * @param keep how long the outbox has them at least, and those that are given up
 * @param sinks by name, in the file's order
 */
public record EventsConfig(Duration keep, Map<String, SinkUse> sinks) {

    static final Duration MIN_KEEP = Duration.ofDays(1);
    static final Duration MAX_KEEP = Duration.ofDays(400);

    public static final EventsConfig NONE = new EventsConfig(Duration.ofDays(30), Map.of());

    public EventsConfig {
        if (keep.compareTo(MIN_KEEP) < 0 || keep.compareTo(MAX_KEEP) > 0) {
            throw new IllegalArgumentException("keep must be from 1d to 400d");
        }
        sinks = Collections.unmodifiableMap(new LinkedHashMap<>(sinks));
    }
}
