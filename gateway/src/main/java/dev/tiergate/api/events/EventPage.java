package dev.tiergate.api.events;

/** An open connection of a page; called on its own event loop. */
interface EventPage {

    /** Writes the event, or ends the connection where the page has not read what it was sent before. */
    void tell(EventId id, PageEvent event);

    /** Ends the connection in an orderly way, so that the page comes back. */
    void end();
}
