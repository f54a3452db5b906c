package dev.tiergate.api.events;

import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.http.HttpVersion;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** A page that reads server-sent events. */
final class SsePage implements EventPage {

    private final Vertx vertx;
    private final HttpServerRequest request;
    private final HttpServerResponse response;
    private final Frames.Dialect dialect;
    private final EventMetrics metrics;
    private final @Nullable Resume resume;
    private @Nullable Seat seat;
    private long timer = -1;
    /** Counted here, for a queue of HTTP/2 is full as soon as the page's window is: after one burst of events. */
    private int unread;

    private boolean over;

    /** What lets a page come back without a token. */
    record Resume(String ticket, Runnable renew) {}

    /** @param resume null for a page that sends a token each time */
    SsePage(
            Vertx vertx,
            HttpServerRequest request,
            Frames.Dialect dialect,
            EventMetrics metrics,
            @Nullable Resume resume) {
        this.vertx = vertx;
        this.request = request;
        this.response = request.response();
        this.dialect = dialect;
        this.metrics = metrics;
        this.resume = resume;
    }

    void begin(Opening opening, Map<String, String> headers) {
        seat = Objects.requireNonNull(opening.seat());
        if (response.closed()) {
            over();
            return;
        }
        response.exceptionHandler(fault -> over());
        response.closeHandler(closed -> over());
        headers.forEach(response::putHeader);
        response.putHeader("Content-Type", "text/event-stream")
                .putHeader("Cache-Control", "no-store")
                .putHeader("X-Content-Type-Options", "nosniff")
                .putHeader("X-Accel-Buffering", "no");
        response.setChunked(request.version() != HttpVersion.HTTP_2);
        request.resume();
        if (resume != null) {
            resume.renew().run();
        }
        write(Frames.opening(id(opening.last())));
        opening.missed().forEach(next -> tell(next.id(), next.event()));
        timer = vertx.setPeriodic(EventBounds.HEARTBEAT.toMillis(), tick -> beat());
    }

    private void beat() {
        write(Frames.HEARTBEAT);
        if (resume != null) {
            resume.renew().run();
        }
    }

    private String id(EventId id) {
        return resume == null ? id.toString() : id + "." + resume.ticket();
    }

    @Override
    public void tell(EventId id, PageEvent event) {
        write(Frames.sse(id(id), event, dialect));
    }

    private void write(Buffer frame) {
        if (over) {
            return;
        }
        if (unread > EventBounds.UNREAD_BYTES) {
            metrics.cutOff();
            over();
            breakOff();
        } else {
            unread += frame.length();
            response.write(frame).onComplete(sent -> unread -= frame.length());
        }
    }

    private void breakOff() {
        if (request.version() == HttpVersion.HTTP_2) {
            response.reset();
        } else {
            request.connection().close();
        }
    }

    @Override
    public void end() {
        if (!over) {
            over();
            response.end().onComplete(sent -> {
                if (request.version() != HttpVersion.HTTP_2) {
                    request.connection().close();
                }
            });
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
