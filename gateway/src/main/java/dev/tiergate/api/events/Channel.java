package dev.tiergate.api.events;

import java.util.ArrayList;
import java.util.List;

/** What is known of one store while somebody listens, or did lately. */
final class Channel {

    final List<Seat> seats = new ArrayList<>();
    final History history;

    /** Seats, and those that are about to be. */
    int taken;

    /** No change was told so lately that the next has to wait. */
    boolean quiet = true;

    /** A change waits. */
    boolean dirty;

    Channel(History history) {
        this.history = history;
    }
}
