package dev.tiergate.api.events;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The last events of one store, for pages that come back. */
final class History {

    private final int most;
    private final ArrayDeque<Numbered> events = new ArrayDeque<>();
    /** Nothing up to this number is left out by anybody but the page. */
    private long completeAfter;

    record Numbered(EventId id, PageEvent event) {}

    /** @param begin the number of the last event on this node before anybody listened for this store's */
    History(int most, long begin) {
        this.most = most;
        this.completeAfter = begin;
    }

    void add(Numbered event) {
        if (events.size() == most) {
            completeAfter = events.removeFirst().id().number();
        }
        events.addLast(event);
    }

    /** What came after the event of that number; empty where some of it is not known any more. */
    Optional<List<Numbered>> after(long number) {
        if (number < completeAfter) {
            return Optional.empty();
        }
        List<Numbered> missed = new ArrayList<>();
        for (var event : events) {
            if (event.id().number() > number) {
                missed.add(event);
            }
        }
        return Optional.of(missed);
    }
}
