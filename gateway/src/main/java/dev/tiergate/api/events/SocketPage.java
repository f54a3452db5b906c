package dev.tiergate.api.events;

import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.ServerWebSocket;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** A page that reads messages of a WebSocket. What it sends is ignored. */
final class SocketPage implements EventPage {

    /** RFC 6455, section 7.4.1. */
    private static final short GOING_AWAY = 1001;

    private final Vertx vertx;
    private final EventMetrics metrics;
    private final List<String> early = new ArrayList<>();
    private @Nullable ServerWebSocket socket;
    private @Nullable Seat seat;
    private long timer = -1;
    private boolean over;

    SocketPage(Vertx vertx, EventMetrics metrics) {
        this.vertx = vertx;
        this.metrics = metrics;
    }

    /** The page is told of events from now on; what comes before {@link #begin} waits. */
    void seated(Opening opening) {
        seat = Objects.requireNonNull(opening.seat());
        send(Frames.connected(opening.last()));
        opening.missed().forEach(next -> tell(next.id(), next.event()));
    }

    void begin(ServerWebSocket open) {
        socket = open;
        open.setWriteQueueMaxSize(EventBounds.UNREAD_BYTES);
        open.exceptionHandler(fault -> over());
        open.closeHandler(closed -> over());
        if (over) {
            open.close(GOING_AWAY);
            return;
        }
        early.forEach(this::send);
        early.clear();
        timer = vertx.setPeriodic(EventBounds.HEARTBEAT.toMillis(), tick -> beat());
    }

    /** The connection did not become a WebSocket. */
    void failed() {
        over();
    }

    private void beat() {
        var open = socket;
        if (open != null && !over && !cutOff(open)) {
            open.writePing(Buffer.buffer());
        }
    }

    @Override
    public void tell(EventId id, PageEvent event) {
        send(Frames.message(id, event));
    }

    private void send(String message) {
        var open = socket;
        if (over) {
            return;
        }
        if (open == null && early.size() < EventBounds.EARLY_MESSAGES) {
            early.add(message);
        } else if (open == null) {
            over();
        } else if (!cutOff(open)) {
            open.writeTextMessage(message);
        }
    }

    /** True for a page that has not read what it was sent; it is not waited for. */
    private boolean cutOff(ServerWebSocket open) {
        if (!open.writeQueueFull()) {
            return false;
        }
        metrics.cutOff();
        over();
        open.shutdown(0, TimeUnit.MILLISECONDS);
        return true;
    }

    @Override
    public void end() {
        var open = socket;
        if (!over) {
            over();
            if (open != null) {
                open.close(GOING_AWAY, "come back");
            }
        }
    }

    private void over() {
        over = true;
        vertx.cancelTimer(timer);
        var taken = seat;
        if (taken != null) {
            seat = null;
            taken.leave();
        }
    }
}
