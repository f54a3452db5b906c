package dev.tiergate;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.tiergate.fixtures.Redis;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.Socket;

/** Commands to the shared Redis past the gateways. */
final class RedisCommands implements AutoCloseable {

    private final Socket socket;
    private final BufferedReader replies;

    private RedisCommands(Socket socket) throws IOException {
        this.socket = socket;
        this.replies = new BufferedReader(new InputStreamReader(socket.getInputStream(), UTF_8));
    }

    static RedisCommands connect() throws IOException {
        return new RedisCommands(
                new Socket(InetAddress.getLoopbackAddress(), Redis.shared().port()));
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
            if (replies.readLine() == null) {
                throw new IOException("Redis closed the connection");
            }
        }
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
