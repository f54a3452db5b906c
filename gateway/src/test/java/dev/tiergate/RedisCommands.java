package dev.tiergate;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.tiergate.fixtures.Redis;
import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;

/** Commands to a Redis past the gateways. */
final class RedisCommands implements AutoCloseable {

    private final Socket socket;
    private final InputStream replies;

    private RedisCommands(Socket socket) throws IOException {
        this.socket = socket;
        this.replies = new BufferedInputStream(socket.getInputStream());
    }

    /** To the shared one, as who may do everything. */
    static RedisCommands connect() throws IOException {
        return connect(Redis.shared().operatorUri());
    }

    /** As the user whom the URI names. */
    static RedisCommands connect(String uri) throws IOException {
        var address = URI.create(uri);
        var commands = new RedisCommands(new Socket(InetAddress.getByName(address.getHost()), address.getPort()));
        if (address.getUserInfo() != null) {
            var user = address.getUserInfo().split(":", 2);
            commands.ask("AUTH", user[0], user[1]);
        }
        return commands;
    }

    void send(String... words) throws IOException {
        var command = new StringBuilder("*" + words.length + "\r\n");
        for (var word : words) {
            command.append('$')
                    .append(word.getBytes(UTF_8).length)
                    .append("\r\n")
                    .append(word)
                    .append("\r\n");
        }
        socket.getOutputStream().write(command.toString().getBytes(UTF_8));
    }

    /** Waits for so many answers of one line each. */
    void await(int lines) throws IOException {
        for (int i = 0; i < lines; i++) {
            line();
        }
    }

    /** A text, a number or an error (which begins with {@code -}) as one element; nothing for a nil; an array's elements. */
    List<String> ask(String... words) throws IOException {
        send(words);
        return reply();
    }

    /** All units that are charged to a store's orders, of whatever window; those that nodes hold too. */
    long charged(String store) throws IOException {
        return ordersOf(store, "c");
    }

    /** The part of them that nodes hold in advance. */
    long held(String store) throws IOException {
        return ordersOf(store, "h");
    }

    private long ordersOf(String store, String field) throws IOException {
        long sum = 0;
        for (var key : ask("KEYS", "tg:{" + store + "}:orders:*")) {
            for (var units : ask("HGET", key, field)) {
                sum += Long.parseLong(units);
            }
        }
        return sum;
    }

    private List<String> reply() throws IOException {
        var line = line();
        var rest = line.substring(1);
        return switch (line.charAt(0)) {
            case '+', ':' -> List.of(rest);
            case '$' -> bulk(Integer.parseInt(rest));
            case '*' -> array(Integer.parseInt(rest));
            default -> List.of(line);
        };
    }

    private List<String> array(int size) throws IOException {
        var all = new ArrayList<String>();
        for (int i = 0; i < size; i++) {
            all.addAll(reply());
        }
        return all;
    }

    private List<String> bulk(int length) throws IOException {
        if (length < 0) {
            return List.of();
        }
        var text = new String(replies.readNBytes(length), UTF_8);
        line();
        return List.of(text);
    }

    private String line() throws IOException {
        var line = new StringBuilder();
        for (int next = replies.read(); next != '\n'; next = replies.read()) {
            if (next < 0) {
                throw new EOFException("Redis closed the connection");
            }
            line.append((char) next);
        }
        return line.toString().strip();
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
