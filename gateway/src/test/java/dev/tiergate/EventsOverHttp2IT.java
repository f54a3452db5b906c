package dev.tiergate;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.Http2Settings;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.http.PoolOptions;
import io.vertx.core.json.JsonObject;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Server-sent events over HTTP/2: many streams share a connection, and the end of one is not the end of the others. */
class EventsOverHttp2IT extends EventScene {

    private static final String OPEN = "tiergate_event_streams";
    private static final String CUT_OFF = "tiergate_event_streams_cut_off_total";

    /** What one stream leaves unread does not hold up the others, as in browsers. */
    private static final int CONNECTION_WINDOW = 8 << 20;

    private static final int STREAM_WINDOW = 64 << 10;
    private static final int ROUND = 10;
    private static final int MOST = 2_000;

    private static Vertx vertx;

    @BeforeAll
    static void open() {
        vertx = Vertx.vertx();
    }

    @AfterAll
    static void close() throws Exception {
        one.await(vertx.close());
    }

    /** One connection, as a browser has it. */
    private static HttpClient client() {
        return vertx.createHttpClient(
                new HttpClientOptions()
                        .setProtocolVersion(HttpVersion.HTTP_2)
                        .setHttp2ClearTextUpgrade(false)
                        .setHttp2ConnectionWindowSize(CONNECTION_WINDOW)
                        .setInitialSettings(new Http2Settings().setInitialWindowSize(STREAM_WINDOW)),
                new PoolOptions().setHttp2MaxSize(1));
    }

    @Test
    void streams_of_one_connection_are_told_and_one_that_leaves_leaves_alone() throws Exception {
        essential("h2-told");
        var client = client();
        var before = one.metric(OPEN);
        var first = Stream.open(client, one, "h2-told");
        var second = Stream.open(client, one, "h2-told");
        assertThat(second.request.connection()).isSameAs(first.request.connection());
        assertThat(first.response.version()).isEqualTo(HttpVersion.HTTP_2);
        assertThat(first.response.getHeader("Content-Type")).isEqualTo("text/event-stream");
        assertThat(first.response.getHeader("Transfer-Encoding")).isNull();
        assertThat(one.metric(OPEN)).isEqualTo(before + 2);

        one.sql("UPDATE stores SET tier_code = 'business' WHERE external_id = 'h2-told'");
        first.awaits("event: entitlements-changed");
        second.awaits("event: entitlements-changed");

        one.await(first.request.reset());
        Eventually.holds("the place is free", () -> one.metric(OPEN) == before + 1);
        orders(one, "h2-told", 1, 200);
        one.sql("UPDATE stores SET tier_code = 'essential' WHERE external_id = 'h2-told'");
        second.awaits("event: entitlements-changed");
        one.await(client.close());
        Eventually.holds("all places are free", () -> one.metric(OPEN) == before);
    }

    @Test
    void a_stream_that_is_not_read_is_reset_and_others_of_the_connection_go_on() throws Exception {
        essential("h2-slow");
        var client = client();
        var cut = one.metric(CUT_OFF);
        var slow = Stream.open(client, one, "h2-slow");
        var quick = Stream.open(client, one, "h2-slow");
        slow.response.pause();
        try (var redis = RedisCommands.connect()) {
            for (int sent = 0; one.metric(CUT_OFF) == cut; sent += ROUND) {
                assertThat(sent).isLessThan(MOST);
                for (int i = 0; i < ROUND; i++) {
                    redis.send("PUBLISH", "tg:e:{h2-slow}", bulky());
                }
                redis.await(ROUND);
                for (int i = 0; i < ROUND; i++) {
                    quick.awaits("event: limit-warning");
                }
            }
        }
        slow.response.resume();
        slow.awaits(Stream.BROKEN_OFF);
        assertThat(one.metric(CUT_OFF)).isEqualTo(cut + 1);
        one.sql("UPDATE stores SET name = 'Slow' WHERE external_id = 'h2-slow'");
        quick.awaits("event: entitlements-changed");
        one.await(client.close());
    }

    @Test
    void a_drain_says_goodbye_to_the_connection_and_ends_its_streams_in_order() throws Exception {
        var gateway = RunningGateway.start(ROUTES);
        gateway.store("1", "essential");
        var client = client();
        var page = new Stream(gateway.await(Stream.ask(client, gateway, gateway.token("1"))));
        var other = new Stream(gateway.await(Stream.ask(client, gateway, gateway.token("1"))));
        var goodbyes = new AtomicInteger();
        page.request.connection().goAwayHandler(away -> goodbyes.incrementAndGet());
        gateway.close();
        page.awaits(Stream.ENDED);
        other.awaits(Stream.ENDED);
        assertThat(goodbyes).hasPositiveValue();
        one.await(client.close());
    }

    private static String bulky() {
        return new JsonObject()
                .put("event", new JsonObject().put("type", "limit-warning").put("name", "x".repeat(4000)))
                .encode();
    }

    /** The lines that come, and how they end. */
    private static final class Stream {

        static final String ENDED = "ended";
        static final String BROKEN_OFF = "broken off";

        private final HttpClientRequest request;
        private final HttpClientResponse response;
        private final BlockingQueue<String> lines = new LinkedBlockingQueue<>();
        private String rest = "";

        Stream(HttpClientResponse response) {
            this.request = response.request();
            this.response = response;
            response.handler(piece -> {
                var text = rest + piece.toString(UTF_8);
                int from = 0;
                for (int end = text.indexOf('\n'); end >= 0; end = text.indexOf('\n', from)) {
                    lines.add(text.substring(from, end));
                    from = end + 1;
                }
                rest = text.substring(from);
            });
            response.exceptionHandler(fault -> lines.add(BROKEN_OFF));
            response.endHandler(ended -> lines.add(ENDED));
            response.resume();
        }

        static Stream open(HttpClient client, RunningGateway gateway, String store) throws Exception {
            var opened = new Stream(gateway.await(ask(client, gateway, gateway.token(store))));
            assertThat(opened.response.statusCode()).isEqualTo(200);
            opened.awaits("retry: 2000");
            return opened;
        }

        /** The head of the answer; nothing of its body is read yet. */
        static Future<HttpClientResponse> ask(HttpClient client, RunningGateway gateway, String token) {
            return client.request(HttpMethod.GET, gateway.port(), "127.0.0.1", PATH)
                    .compose(request -> request.putHeader("Authorization", "Bearer " + token)
                            .send()
                            .onSuccess(HttpClientResponse::pause));
        }

        /** Reads on to that line. */
        void awaits(String wanted) throws InterruptedException {
            var line = "";
            while (!line.equals(wanted)) {
                line = lines.poll(Eventually.PATIENCE.toSeconds(), TimeUnit.SECONDS);
                assertThat(line).as("instead of '%s'", wanted).isNotNull();
                assertThat(wanted.equals(line) || !(line.equals(ENDED) || line.equals(BROKEN_OFF)))
                        .as("'%s' instead of '%s'", line, wanted)
                        .isTrue();
            }
        }
    }
}
