package dev.tiergate;

import dev.tiergate.fixtures.RawBackend;
import java.io.IOException;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.regex.Pattern;

/** Two endpoints that fail in every way that a request's id asks for; they note each id that comes, whole or not. */
final class FlakyBackend implements AutoCloseable {

    /** In which way an answer is bad, and what a client of the gateway gets; of twenty requests in a row. */
    enum Kind {
        RESET(10, 502),
        HALF(2, 200),
        SILENT(1, 504),
        TWO_LENGTHS(1, 502),
        HUGE_HEAD(1, 502),
        FOLDED(1, 200),
        OWN_500(1, 500),
        OWN_503(1, 503),
        TOO_LONG(1, 200),
        SOUND(1, 200);

        static final int ROUND = 20;

        private final int share;
        private final int status;

        Kind(int share, int status) {
            this.share = share;
            this.status = status;
        }

        static Kind of(int id) {
            int rest = id % ROUND;
            for (var kind : values()) {
                rest -= kind.share;
                if (rest < 0) {
                    return kind;
                }
            }
            throw new IllegalStateException("the shares are of " + ROUND);
        }

        int status() {
            return status;
        }
    }

    private static final Pattern ID = Pattern.compile("(?im)^x-id: (\\d+)$");

    private final Collection<Integer> received = new ConcurrentLinkedQueue<>();
    private final List<RawBackend> endpoints = List.of(RawBackend.start(this::serve), RawBackend.start(this::serve));
    private volatile boolean sound;

    String endpoints() {
        return "[ \"" + endpoints.get(0).uri() + "\", \"" + endpoints.get(1).uri() + "\" ]";
    }

    /** From now on every answer is good. */
    void recover() {
        sound = true;
    }

    List<Integer> received() {
        return List.copyOf(received);
    }

    @Override
    public void close() {
        endpoints.forEach(RawBackend::close);
    }

    private void serve(RawBackend.Connection connection) throws IOException {
        while (connection.readRequest()) {
            var id = ID.matcher(connection.request().replace("\r", ""));
            if (!id.find()) {
                throw new IOException("a request without an id");
            }
            int number = Integer.parseInt(id.group(1));
            received.add(number);
            if (!answer(connection, sound ? Kind.SOUND : Kind.of(number))) {
                return;
            }
        }
    }

    /** Whether the connection is of further use. */
    private static boolean answer(RawBackend.Connection connection, Kind kind) throws IOException {
        switch (kind) {
            case RESET -> connection.reset();
            case HALF -> connection.send("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf ");
            case SILENT -> connection.awaitClose();
            case TWO_LENGTHS ->
                connection.send("HTTP/1.1 200 OK\r\nContent-Length: 2\r\nContent-Length: 4\r\n\r\nokok");
            case HUGE_HEAD -> huge(connection);
            case FOLDED -> connection.send("HTTP/1.1 200 OK\r\nX-Folded: a\r\n b\r\nContent-Length: 2\r\n\r\nok");
            case OWN_500 -> connection.send("HTTP/1.1 500 Oops\r\nX-Own: 1\r\nContent-Length: 4\r\n\r\nmine");
            case OWN_503 -> connection.send("HTTP/1.1 503 Busy\r\nX-Own: 1\r\nContent-Length: 4\r\n\r\nmine");
            case TOO_LONG ->
                connection.send("HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 2\r\n\r\nok and more");
            case SOUND -> connection.send("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok");
        }
        return kind == Kind.FOLDED || kind == Kind.OWN_500 || kind == Kind.OWN_503 || kind == Kind.SOUND;
    }

    private static void huge(RawBackend.Connection connection) throws IOException {
        connection.send("HTTP/1.1 200 OK\r\nX-Large: " + "v".repeat(1 << 20) + "\r\nContent-Length: 2\r\n\r\nok");
    }
}
