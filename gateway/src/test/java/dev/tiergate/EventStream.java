package dev.tiergate;

import io.vertx.core.json.JsonObject;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** A page's stream of server-sent events, read as a browser reads it. */
final class EventStream implements AutoCloseable {

    private static final HttpClient CLIENT =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    /** One event; the name is {@code message} where none was sent. */
    record Event(String id, String name, JsonObject data) {}

    private static final Event END = new Event("", "end", new JsonObject());

    private final HttpResponse<InputStream> response;
    private final BlockingQueue<Event> events = new LinkedBlockingQueue<>();
    private final Thread reader;
    private volatile String lastId = "";

    private EventStream(HttpResponse<InputStream> response) {
        this.response = response;
        this.reader = new Thread(this::read, "event stream");
        reader.setDaemon(true);
        reader.start();
    }

    static EventStream open(int port, String target, Map<String, String> headers) throws Exception {
        var request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + target))
                .timeout(Eventually.PATIENCE);
        headers.forEach(request::header);
        return new EventStream(CLIENT.send(request.build(), HttpResponse.BodyHandlers.ofInputStream()));
    }

    static EventStream withToken(int port, String token) throws Exception {
        return open(port, "/api/v1/store/events", Map.of("Authorization", "Bearer " + token));
    }

    int status() {
        return response.statusCode();
    }

    String header(String name) {
        return response.headers().firstValue(name).orElse("");
    }

    private void read() {
        try (var lines = new BufferedReader(new InputStreamReader(response.body(), StandardCharsets.UTF_8))) {
            String name = "message";
            String data = null;
            for (var line = lines.readLine(); line != null; line = lines.readLine()) {
                if (line.startsWith("id: ")) {
                    lastId = line.substring(4);
                } else if (line.startsWith("event: ")) {
                    name = line.substring(7);
                } else if (line.startsWith("data: ")) {
                    data = line.substring(6);
                } else if (line.isEmpty() && data != null) {
                    events.add(new Event(lastId, name, new JsonObject(data)));
                    data = null;
                    name = "message";
                }
            }
        } catch (IOException | UncheckedIOException e) {
            // broken off: an end like any other
        }
        events.add(END);
    }

    /** The next event; fails where the stream ends instead. */
    Event next() throws InterruptedException {
        var event = events.poll(Eventually.PATIENCE.toSeconds(), TimeUnit.SECONDS);
        if (event == null || event.equals(END)) {
            throw new AssertionError(event == null ? "no event came" : "the stream ended");
        }
        return event;
    }

    /** Events that have come and were not read. */
    int waiting() {
        return events.size();
    }

    /** True when the stream ends before anything else comes. */
    boolean ends() throws InterruptedException {
        return END.equals(events.poll(Eventually.PATIENCE.toSeconds(), TimeUnit.SECONDS));
    }

    /** What a browser would come back with. */
    String lastId() {
        return lastId;
    }

    @Override
    public void close() throws IOException {
        response.body().close();
    }
}
