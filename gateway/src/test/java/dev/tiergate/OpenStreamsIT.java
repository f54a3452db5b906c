package dev.tiergate;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tiergate.fixtures.Handshake;
import dev.tiergate.fixtures.RawBackend;
import dev.tiergate.fixtures.RawClient;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** WebSockets and server-sent events that are open while what their store may use changes. */
class OpenStreamsIT {

    private static final String ROUTES = """
            routes:
              - { path: /api/analytics/**, feature: advanced_analytics, check-limits: false, upstream: shop }
              - path: /watched/**
                feature: advanced_analytics
                mode: shadow
                check-limits: false
                upstream: shop
              - { path: /api/live/**, charge: [ { limit: live } ], upstream: shop }
              - path: /api/lesser/**
                feature: advanced_analytics
                check-limits: false
                plugins: [ offers: { query: { quality: sd } } ]
                upstream: shop
            """;

    /** So many at a time, by tier. */
    private static final String CATALOGUE = """
            INSERT INTO limits (code, name, "window") VALUES ('live', 'Live', 'concurrent');
            INSERT INTO tier_limits (tier_code, limit_code, limit_value) VALUES
                ('essential', 'live', 1), ('professional', 'live', 2), ('business', 'live', 3)
            """;

    private static final String EVENTS = "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n"
            + "Transfer-Encoding: chunked\r\n\r\n7\r\ndata: 1\r\n";
    private static final String DOWNLOAD =
            "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\n" + "Transfer-Encoding: chunked\r\n\r\n4\r\nhalf\r\n";
    private static final String REST = "4\r\nrest\r\n0\r\n\r\n";

    private static final Semaphore DOWNLOADS = new Semaphore(0);
    private static RawBackend backend;
    private static RunningGateway gateway;

    @BeforeAll
    static void start() throws Exception {
        backend = RawBackend.start(OpenStreamsIT::serve);
        gateway = RunningGateway.start(ROUTES, Map.of("SHOP", backend.uri()), List.of(new OfferingPlugin()));
        gateway.sql(CATALOGUE);
    }

    @AfterAll
    static void stop() throws Exception {
        gateway.close();
        backend.close();
    }

    private static void serve(RawBackend.Connection connection) throws IOException {
        while (connection.readRequest()) {
            var request = connection.request();
            if (Handshake.asked(request)) {
                connection.send(Handshake.answer(request));
                connection.awaitClose();
                return;
            }
            if (request.contains("download")) {
                connection.send(DOWNLOAD);
                DOWNLOADS.acquireUninterruptibly();
                connection.send(REST);
            } else {
                connection.send(EVENTS);
                connection.awaitClose();
                return;
            }
        }
    }

    @Test
    void a_downgrade_closes_websockets_with_the_reason_and_ends_events_and_leaves_a_download_alone() throws Exception {
        gateway.store("down", "business");
        var before = cutOff("entitlements");
        try (var talk = Talk.open("down", "/api/analytics/talk");
                var events = get("down", "/api/analytics/events");
                var download = get("down", "/api/analytics/download")) {
            awaitStreams(2);
            gateway.sql("UPDATE stores SET tier_code = 'essential' WHERE external_id = 'down'");

            assertThat(talk.closed()).isEqualTo("1008 tier_too_low");
            var ended = events.read();
            assertThat(ended.text()).isEqualTo("data: 1");
            assertThat(ended.complete()).isTrue();
            awaitStreams(0);
            assertThat(cutOff("entitlements") - before).isEqualTo(2);

            DOWNLOADS.release();
            var whole = download.read();
            assertThat(whole.text()).isEqualTo("halfrest");
            assertThat(whole.complete()).isTrue();
            assertThat(status("down", "/api/analytics/events")).isEqualTo(403);
        }
    }

    @Test
    void what_the_store_still_may_stays_open() throws Exception {
        gateway.store("stays", "enterprise");
        try (var talk = Talk.open("stays", "/api/analytics/talk");
                var events = get("stays", "/api/analytics/events");
                var watched = Talk.open("stays", "/watched/talk")) {
            awaitStreams(2);
            gateway.sql("UPDATE stores SET tier_code = 'business' WHERE external_id = 'stays'");
            Eventually.holds("the change has arrived", () -> {
                try (var later = Talk.open("stays", "/api/analytics/talk")) {
                    return later.isOpen() && backend.lastRequest().contains("X-Tiergate-Tier: business\r\n");
                }
            });
            assertThat(talk.isOpen()).isTrue();
            gateway.sql("UPDATE stores SET tier_code = 'essential' WHERE external_id = 'stays'");
            assertThat(talk.closed()).isEqualTo("1008 tier_too_low");
            assertThat(events.read().complete()).isTrue();
            assertThat(watched.isOpen()).as("in shadow nobody is cut off").isTrue();
        }
    }

    @Test
    void what_was_let_through_degraded_stays_so_until_something_else_refuses() throws Exception {
        gateway.store("lesser", "essential");
        try (var talk = Talk.open("lesser", "/api/lesser/talk")) {
            gateway.sql("UPDATE stores SET tier_code = 'professional' WHERE external_id = 'lesser'");
            Eventually.holds("the change has arrived", () -> {
                try (var later = Talk.open("lesser", "/api/lesser/talk")) {
                    return later.isOpen() && backend.lastRequest().contains("X-Tiergate-Tier: professional\r\n");
                }
            });
            assertThat(talk.isOpen()).isTrue();
            gateway.sql("UPDATE stores SET status = 'suspended' WHERE external_id = 'lesser'");
            assertThat(talk.closed()).isEqualTo("1008 store_suspended");
        }
    }

    @Test
    void a_suspended_store_and_an_override_that_ends_and_a_feature_that_is_switched_off_close_too() throws Exception {
        gateway.store("suspended", "business");
        gateway.store("lent", "essential");
        gateway.sql("INSERT INTO store_feature_overrides (store_id, feature_code, enabled, expires_at) SELECT id,"
                + " 'advanced_analytics', true, now() + interval '5 seconds' FROM stores WHERE external_id = 'lent'");
        gateway.store("other", "business");
        try (var suspended = Talk.open("suspended", "/api/analytics/talk");
                var lent = Talk.open("lent", "/api/analytics/talk");
                var other = Talk.open("other", "/api/analytics/talk")) {
            gateway.sql("UPDATE stores SET status = 'suspended' WHERE external_id = 'suspended'");
            assertThat(suspended.closed()).isEqualTo("1008 store_suspended");
            assertThat(lent.closed()).isEqualTo("1008 tier_too_low");
            assertThat(other.isOpen()).isTrue();
            gateway.sql("UPDATE features SET is_active = false WHERE code = 'advanced_analytics'");
            assertThat(other.closed()).isEqualTo("1008 feature_inactive");
            gateway.sql("UPDATE features SET is_active = true WHERE code = 'advanced_analytics'");
        }
    }

    @Test
    void over_a_lowered_limit_the_newest_close_and_exactly_at_the_limit_nobody_does() throws Exception {
        gateway.store("many", "business");
        try (var first = Talk.open("many", "/api/live/1");
                var second = get("many", "/api/live/events")) {
            awaitStreams(2);
            gateway.sql("UPDATE stores SET tier_code = 'professional' WHERE external_id = 'many'");
            Eventually.holds("the change has arrived", () -> status("many", "/api/live/3") == 429);
            awaitStreams(2);
            var before = cutOff("concurrency");
            gateway.sql("UPDATE stores SET tier_code = 'essential' WHERE external_id = 'many'");

            assertThat(second.read().complete()).isTrue();
            assertThat(cutOff("concurrency") - before).isEqualTo(1);
            assertThat(first.isOpen()).isTrue();
            // the slot of the one that was closed is free, and the older one's is not
            assertThat(status("many", "/api/live/4")).isEqualTo(429);
            first.close();
            Eventually.holds("its slot is free", () -> {
                try (var next = get("many", "/api/live/events")) {
                    return next.readHead().status() == 200;
                }
            });
        }
    }

    private static void awaitStreams(int open) throws Exception {
        Eventually.holds(open + " streams are open", () -> gateway.metric("tiergate_gated_streams") == open);
    }

    private static double cutOff(String cause) {
        return gateway.metric("tiergate_requests_cut_off_total{cause=\"" + cause + "\"}");
    }

    private static int status(String store, String target) {
        try (var client = get(store, target)) {
            return client.read().status();
        }
    }

    private static RawClient get(String store, String target) {
        return RawClient.connect(gateway.port(), Eventually.PATIENCE)
                .send("GET " + target + " HTTP/1.1\r\nHost: gw.test\r\nAuthorization: Bearer " + gateway.token(store)
                        + "\r\n\r\n");
    }

    /** A client's WebSocket. */
    private static final class Talk implements WebSocket.Listener, AutoCloseable {

        private final BlockingQueue<String> closed = new LinkedBlockingQueue<>();
        private WebSocket socket;

        static Talk open(String store, String target) {
            var talk = new Talk();
            talk.socket = HttpClient.newHttpClient()
                    .newWebSocketBuilder()
                    .header("Authorization", "Bearer " + gateway.token(store))
                    .buildAsync(URI.create("ws://127.0.0.1:" + gateway.port() + target), talk)
                    .join();
            return talk;
        }

        @Override
        public CompletionStage<?> onClose(WebSocket from, int code, String reason) {
            closed.add(code + " " + reason);
            return null;
        }

        String closed() throws InterruptedException {
            return closed.poll(Eventually.PATIENCE.toSeconds(), TimeUnit.SECONDS);
        }

        boolean isOpen() {
            return closed.isEmpty() && !socket.isInputClosed();
        }

        @Override
        public void close() {
            socket.abort();
        }
    }
}
