package dev.tiergate.edge;

import dev.tiergate.upstream.BoundedClose;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpVersion;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/**
 * The client connections of one event loop. One that carries no request for too long is closed: an idle timeout alone would
 * leave a client its connection for as long as it sends a byte of a head now and then.
 */
final class OpenConnections {

    private final long limit;
    private final Duration patience;
    private final LongSupplier clock;
    private final Map<HttpConnection, Use> open = new HashMap<>();

    /** HTTP/1 is told to leave by its answers. */
    private final Set<HttpConnection> http2 = new HashSet<>();

    private static final class Use {
        private int requests;
        private long since;
        private boolean left;
    }

    /**
     * @param limit how long a connection may be without a request
     * @param patience how long a client that is told to go may take for what is on its way to it
     * @param clock nanoseconds of the monotonic clock
     */
    OpenConnections(Duration limit, Duration patience, LongSupplier clock) {
        this.limit = limit.toNanos();
        this.patience = patience;
        this.clock = clock;
    }

    void opened(HttpConnection connection) {
        var use = new Use();
        use.since = clock.getAsLong();
        open.put(connection, use);
        connection.closeHandler(closed -> forget(connection));
    }

    /** True for the first request of an HTTP/2 connection. */
    boolean began(HttpServerRequest request) {
        var connection = request.connection();
        var use = open.get(connection);
        if (use != null) {
            use.requests++;
        }
        return request.version() == HttpVersion.HTTP_2 && http2.add(connection);
    }

    void ended(HttpServerRequest request) {
        var use = open.get(request.connection());
        if (use != null) {
            use.requests--;
            use.since = clock.getAsLong();
        }
    }

    /** The last answer of an HTTP/1 connection is on its way. */
    void leave(HttpServerRequest request) {
        var use = open.get(request.connection());
        if (use != null) {
            use.left = true;
        }
    }

    /** Whether a request came behind the last answer of its connection. */
    boolean left(HttpServerRequest request) {
        var use = open.get(request.connection());
        return use != null && use.left;
    }

    /** Closes what has been without a request for too long. */
    void closeUnused() {
        var now = clock.getAsLong();
        for (var entry : List.copyOf(open.entrySet())) {
            if (entry.getValue().requests == 0 && now - entry.getValue().since >= limit) {
                close(entry.getKey());
            }
        }
    }

    /** In HTTP/2 an answer that was written may still wait for its client's leave to send it. */
    private void close(HttpConnection connection) {
        var waits = http2.contains(connection);
        forget(connection);
        if (waits) {
            connection.shutdown(patience.toMillis(), TimeUnit.MILLISECONDS);
        } else {
            BoundedClose.of(connection, patience);
        }
    }

    /** Those that carried a request of HTTP/2. */
    List<HttpConnection> http2() {
        return List.copyOf(http2);
    }

    private void forget(HttpConnection connection) {
        open.remove(connection);
        http2.remove(connection);
    }
}
