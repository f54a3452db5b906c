package dev.tiergate.api.events;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * An answer to a page that wants to be told.
 *
 * @param seat null where the page was not taken in
 * @param last the id to come back with, as long as nothing else was told
 * @param missed what the page is told first
 */
record Opening(Entry entry, @Nullable Seat seat, EventId last, List<History.Numbered> missed) {

    /** Whether a page was taken in. */
    enum Entry {
        OPEN,
        STORE_FULL,
        NODE_FULL
    }
}
