package dev.tiergate.api.events;

import io.vertx.core.Context;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** The place of a page that is, or was, told of a store's events. */
final class Seat {

    private final String store;
    private final @Nullable String user;
    private final EventPage page;
    private final Context loop;
    private final Consumer<Seat> leaving;

    /**
     * @param loop the page's own
     * @param leaving told, on any thread and perhaps twice, that the page is gone
     */
    Seat(String store, @Nullable String user, EventPage page, Context loop, Consumer<Seat> leaving) {
        this.store = store;
        this.user = user;
        this.page = page;
        this.loop = loop;
        this.leaving = leaving;
    }

    String store() {
        return store;
    }

    boolean wants(PageEvent event) {
        return event.concerns(user);
    }

    void tell(History.Numbered next) {
        if (wants(next.event())) {
            loop.runOnContext(now -> page.tell(next.id(), next.event()));
        }
    }

    void end() {
        loop.runOnContext(now -> page.end());
    }

    void leave() {
        leaving.accept(this);
    }
}
