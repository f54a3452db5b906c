package dev.tiergate.api.events;

import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What a page says it has read last.
 *
 * @param node the node that gave it, as it called itself since its start
 * @param number of the event on that node
 */
record EventId(String node, long number) {

    /** What is no id, and so was given by nobody who is known. */
    static final EventId OF_NO_NODE = new EventId("", 0);

    private static final Pattern FORM = Pattern.compile("([a-z0-9]{1,16})-([0-9]{1,18})");

    /** Null for what is no id. */
    static @Nullable EventId parse(@Nullable String text) {
        if (text == null) {
            return null;
        }
        var match = FORM.matcher(text);
        return match.matches() ? new EventId(match.group(1), Long.parseLong(match.group(2))) : null;
    }

    @Override
    public String toString() {
        return node + "-" + number;
    }
}
