package dev.tiergate.plugin.webhook;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tiergate.fixtures.RecordingBackend;
import dev.tiergate.plugin.Event;
import dev.tiergate.plugin.PluginMetrics;
import dev.tiergate.plugin.Secret;
import dev.tiergate.plugin.SinkContext;
import dev.tiergate.plugin.Targets;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import io.vertx.core.net.SocketAddress;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What arrives at a receiver, and what comes of its answer. */
class WebhookSinkIT {

    private static final Vertx VERTX = Vertx.vertx();
    private static final String KEY = WebhookConfigTest.key(32);
    private static final Instant NOW = Instant.parse("2026-11-22T10:00:00Z");
    private static final Duration PATIENT = Duration.ofSeconds(30);
    private static final Duration SHORT = Duration.ofMillis(200);

    private static final Event EVENT = new Event(
            "0123456789abcdef0123456789abcdef",
            Event.Type.LIMIT_REACHED,
            Instant.parse("2026-11-22T09:59:58.123Z"),
            "42",
            Map.of("limit_type", "orders", "current", 100L));

    private final RecordingBackend receiver = RecordingBackend.start();

    @AfterEach
    void close() {
        receiver.close();
    }

    @AfterAll
    static void end() {
        VERTX.close().toCompletionStage().toCompletableFuture().join();
    }

    private record Context(Duration deadline, Targets targets) implements SinkContext {

        @Override
        public Vertx vertx() {
            return VERTX;
        }

        @Override
        public String sink() {
            return "crm";
        }

        @Override
        public PluginMetrics metrics() {
            return (name, tags) -> () -> {};
        }
    }

    /** Objects to what it is told. */
    private record Guard(String url, String connection) implements Targets {

        private static final Guard OPEN = new Guard("", "");

        @Override
        public Optional<String> objection(URI asked) {
            return Optional.of(url).filter(objection -> !objection.isEmpty());
        }

        @Override
        public Optional<String> objection(String host, @Nullable SocketAddress connected) {
            return Optional.of(connection).filter(objection -> !objection.isEmpty());
        }
    }

    private WebhookSink sink(Duration deadline, Targets targets) {
        var config = new WebhookConfig(receiver.uri() + "/hooks?team=sales", List.of(new Secret(KEY)), "urn:gateway:1");
        return new WebhookSink(config, new Context(deadline, targets), () -> NOW);
    }

    private static void delivered(WebhookSink sink) {
        Promise<Void> done = Promise.promise();
        VERTX.getOrCreateContext().runOnContext(now -> sink.deliver(EVENT).onComplete(done));
        await(done.future());
    }

    private static void await(Future<?> future) {
        future.toCompletionStage()
                .toCompletableFuture()
                .orTimeout(PATIENT.toSeconds(), TimeUnit.SECONDS)
                .join();
    }

    private static String refused(WebhookSink sink) {
        try {
            delivered(sink);
            return "delivered";
        } catch (CompletionException e) {
            return String.valueOf(e.getCause().getMessage());
        }
    }

    @Test
    void a_cloud_event_arrives_in_structured_mode() {
        delivered(sink(PATIENT, Guard.OPEN));
        var received = receiver.last();
        assertThat(received.method() + " " + received.target()).isEqualTo("POST /hooks?team=sales");
        assertThat(received.header("content-type")).contains("application/cloudevents+json; charset=UTF-8");
        assertThat(new JsonObject(received.text())).isEqualTo(new JsonObject("""
                {
                  "specversion": "1.0",
                  "id": "0123456789abcdef0123456789abcdef",
                  "source": "urn:gateway:1",
                  "type": "dev.tiergate.limit-reached",
                  "subject": "42",
                  "time": "2026-11-22T09:59:58.123Z",
                  "datacontenttype": "application/json",
                  "data": { "limit_type": "orders", "current": 100 }
                }
                """));
    }

    @Test
    void what_arrives_verifies_with_the_time_of_the_attempt() throws Exception {
        delivered(sink(PATIENT, Guard.OPEN));
        var received = receiver.last();
        assertThat(received.header("webhook-id")).contains(EVENT.id());
        assertThat(received.header("webhook-timestamp")).contains(Long.toString(NOW.getEpochSecond()));
        assertThat(received.header("webhook-signature"))
                .contains(SignerTest.reckoned(
                        KEY, EVENT.id(), received.header("webhook-timestamp").orElseThrow(), received.body()));
    }

    @Test
    void any_2xx_is_taken_and_nothing_else() {
        var sink = sink(PATIENT, Guard.OPEN);
        for (int status : List.of(200, 202, 204, 299)) {
            receiver.respondWith(status, Map.of(), "");
            delivered(sink);
        }
        for (int status : List.of(300, 400, 404, 410, 429, 500, 503)) {
            receiver.respondWith(status, Map.of(), "no");
            assertThat(refused(sink)).isEqualTo("it answered " + status);
        }
    }

    @Test
    void a_redirect_is_not_followed() {
        receiver.respondWith(307, Map.of("Location", receiver.uri() + "/elsewhere"), "");
        assertThat(refused(sink(PATIENT, Guard.OPEN))).isEqualTo("it answered 307");
        assertThat(receiver.count()).isEqualTo(1);
    }

    @Test
    void a_receiver_that_does_not_answer_is_left_at_the_deadline() {
        try (var held = receiver.hold()) {
            assertThat(refused(sink(SHORT, Guard.OPEN))).isEqualTo("it did not answer within 200 ms");
            receiver.awaitAborted(1);
        }
    }

    @Test
    void a_receiver_that_is_away_is_named_without_its_url() {
        receiver.close();
        assertThat(refused(sink(PATIENT, Guard.OPEN)))
                .startsWith("it cannot be reached (")
                .doesNotContain("hooks");
    }

    @Test
    void an_answer_without_an_end_holds_no_connection() {
        receiver.respond((received, response) -> {
            response.setChunked(true).write("for ever");
        });
        var sink = sink(SHORT, Guard.OPEN);
        // as many as there are connections
        IntStream.range(0, 8).forEach(turn -> delivered(sink));
        receiver.awaitAborted(8);
        delivered(sink);
    }

    @Test
    void nothing_is_sent_where_nothing_may_be_sent() {
        assertThat(refused(sink(PATIENT, new Guard("", "the gateway's own Redis"))))
                .isEqualTo("its host led to an address to which nothing is sent: the gateway's own Redis");
        assertThat(receiver.arrived()).isZero();
        assertThatThrownBy(() -> sink(PATIENT, new Guard("must not be a link-local address", "")))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("'url' must not be a link-local address");
    }
}
