package dev.tiergate.plugin;

import java.time.Instant;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

/**
 * Something that happened to a store and that somebody outside is to know.
 *
 * @param id the same at each delivery, and of no other event: 32 hexadecimal digits in lower case
 * @param time when it happened
 * @param store the store's external id
 * @param data what else there is to know, in order, in snake_case: strings, numbers, booleans; what is not known is
 *     left out
 */
public record Event(String id, Type type, Instant time, String store, Map<String, Object> data) {

    public Event {
        data = Collections.unmodifiableMap(new LinkedHashMap<>(data));
    }

    /** What happened. A later version may have more of them. */
    public enum Type {
        /** As much of a limit is used as counts as approaching. */
        LIMIT_APPROACHING,
        /** Not one unit more of a limit fits. */
        LIMIT_REACHED,
        /** A request was refused that would pass with a higher tier. */
        UPGRADE_OPPORTUNITY;

        /** Kebab-case, stable: routes.yaml and receivers name it so. */
        public String code() {
            return name().toLowerCase(Locale.ROOT).replace('_', '-');
        }
    }
}
