package dev.tiergate;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tiergate.fixtures.Header;
import dev.tiergate.fixtures.RawClient;
import io.vertx.core.json.JsonObject;
import java.net.http.WebSocketHandshakeException;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Who may open a stream of events, how often, and how it ends. */
class EventConnectionsIT extends EventScene {

    @Test
    void a_ticket_opens_one_stream_on_any_node() throws Exception {
        essential("ticket");
        var ticket = ticket(one, "ticket");
        try (var page = EventStream.open(two.port(), PATH + "?ticket=" + ticket, Map.of())) {
            assertThat(page.status()).isEqualTo(200);
            one.sql("UPDATE stores SET tier_code = 'business' WHERE external_id = 'ticket'");
            assertThat(page.next().name()).isEqualTo("entitlements-changed");
        }
        for (var gateway : List.of(one, two)) {
            assertThat(raw(gateway, PATH + "?ticket=" + ticket, "").status()).isEqualTo(401);
        }
    }

    @Test
    void a_stream_hands_over_the_ticket_to_come_back_with_once() throws Exception {
        essential("resume");
        var target = PATH + "?ticket=" + ticket(one, "resume");
        String read;
        try (var page = EventStream.open(one.port(), target, Map.of())) {
            one.sql("UPDATE stores SET name = 'Resume' WHERE external_id = 'resume'");
            read = page.next().id();
        }
        try (var page = EventStream.open(two.port(), target, Map.of("Last-Event-ID", read))) {
            assertThat(page.status()).isEqualTo(200);
            assertThat(page.next().name()).isEqualTo("entitlements-changed");
            assertThat(raw(two, target, "Last-Event-ID: " + read + "\r\n").status())
                    .isEqualTo(401);
        }
    }

    @Test
    void what_is_no_ticket_opens_nothing() throws Exception {
        essential("forged");
        var good = ticket(one, "forged");
        var forged = Base64.getUrlEncoder().withoutPadding().encodeToString("other".getBytes(UTF_8))
                + good.substring(good.indexOf('.'));
        for (var ticket : List.of("", "x", forged, good + "x", "e30.e30", good.substring(1))) {
            assertThat(raw(one, PATH + "?ticket=" + ticket, "").status())
                    .as(ticket)
                    .isEqualTo(401);
        }
    }

    @Test
    void without_a_token_or_with_one_of_no_store_there_is_no_stream_and_no_ticket() {
        assertThat(raw(one, PATH, "").status()).isEqualTo(401);
        assertThat(one.get("nobody", PATH).status()).isEqualTo(403);
        var posted = one.exchange("POST " + PATH + "/ticket HTTP/1.1\r\nHost: gw.test\r\nContent-Length: 0\r\n\r\n");
        assertThat(posted.status()).isEqualTo(401);
        assertThat(one.get("nobody", PATH + "?dialect=other").status()).isEqualTo(400);
        assertThat(one.exchange("DELETE " + PATH + " HTTP/1.1\r\nHost: gw.test\r\n\r\n")
                        .header("Allow"))
                .contains("GET");
    }

    @Test
    void the_head_of_a_stream_is_as_described() throws Exception {
        essential("head");
        try (var client = RawClient.connect(one.port())) {
            client.send("GET " + PATH + " HTTP/1.1\r\nHost: gw.test\r\nOrigin: https://pages.example\r\n"
                    + "Authorization: Bearer " + one.token("head") + "\r\n\r\n");
            var head = client.readHead();
            OpenApi.ours()
                    .verify(
                            OpenApi.Listener.PUBLIC,
                            "GET",
                            PATH,
                            new RawClient.Response(200, "", head.headers(), "retry: 2000\n\n".getBytes(UTF_8), true));
            assertThat(head.header("Content-Type")).contains("text/event-stream");
            assertThat(head.headers()).extracting(Header::name).contains("Access-Control-Allow-Origin");
        }
        var head = one.exchange("HEAD " + PATH + " HTTP/1.1\r\nHost: gw.test\r\nAuthorization: Bearer "
                + one.token("head") + "\r\n\r\n");
        assertThat(head.status()).isEqualTo(200);
    }

    @Test
    void a_page_of_a_store_that_is_gone_is_ended() throws Exception {
        essential("gone");
        try (var page = stream(one, "gone")) {
            one.sql("DELETE FROM stores WHERE external_id = 'gone'");
            assertThat(page.next().name()).isEqualTo("entitlements-changed");
            assertThat(page.ends()).isTrue();
        }
    }

    @Test
    void a_store_has_so_many_streams_on_a_node_and_one_more_is_refused() throws Exception {
        essential("many");
        var pages = new ArrayList<EventStream>();
        try {
            for (int i = 0; i < 100; i++) {
                pages.add(stream(one, "many"));
            }
            var refused = one.get("many", PATH);
            assertThat(refused.status()).isEqualTo(429);
            assertThat(refused.text()).contains("concurrency_reached");
            pages.remove(0).close();
            Eventually.holds("the place is free", () -> {
                try (var page = stream(one, "many")) {
                    return page.status() == 200;
                }
            });
        } finally {
            for (var page : pages) {
                page.close();
            }
        }
    }

    @Test
    void a_page_that_does_not_read_is_cut_off_and_others_are_not() throws Exception {
        essential("slow");
        var cut = one.metric("tiergate_event_streams_cut_off_total");
        try (var slow = RawClient.connect(one.port());
                var quick = stream(one, "slow")) {
            slow.send("GET " + PATH + " HTTP/1.1\r\nHost: gw.test\r\nAuthorization: Bearer " + one.token("slow")
                    + "\r\n\r\n");
            slow.readHead();
            var published = 0;
            try (var redis = RedisCommands.connect()) {
                while (one.metric("tiergate_event_streams_cut_off_total") == cut) {
                    for (int i = 0; i < 200; i++) {
                        redis.send("PUBLISH", "tg:e:{slow}", bulky());
                    }
                    published += 200;
                    redis.await(200);
                    assertThat(published).isLessThan(20_000);
                    for (int i = 0; i < 200; i++) {
                        quick.next();
                    }
                }
            }
            assertThat(one.metric("tiergate_event_streams_cut_off_total")).isEqualTo(cut + 1);
            one.sql("UPDATE stores SET name = 'Slow' WHERE external_id = 'slow'");
            assertThat(quick.next().name()).isEqualTo("entitlements-changed");
        }
    }

    @Test
    void a_websocket_is_told_the_same_and_resumes() throws Exception {
        store("socket", 5);
        String read;
        try (var page = EventSocket.open(one, "?ticket=" + ticket(one, "socket"), Map.of())) {
            assertThat(page.next().getString("type")).isEqualTo("connected");
            orders("socket", 4);
            var warning = page.next();
            assertThat(warning.getString("type")).isEqualTo("limit-warning");
            assertThat(warning.getInteger("current")).isEqualTo(4);
            read = warning.getString("id");
        }
        orders("socket", 1);
        var authorized = Map.of("Authorization", "Bearer " + one.token("socket"));
        try (var page = EventSocket.open(one, "?last-event-id=" + read, authorized)) {
            assertThat(page.next().getString("type")).isEqualTo("connected");
            assertThat(page.next().getString("type")).isEqualTo("limit-reached");
        }
    }

    @Test
    void a_websocket_of_a_wrong_origin_is_refused() throws Exception {
        essential("origin");
        assertThatThrownBy(() -> EventSocket.open(
                        one, "?ticket=" + ticket(one, "origin"), Map.of("Origin", "https://evil.example")))
                .extracting(fault ->
                        ((WebSocketHandshakeException) fault).getResponse().statusCode())
                .isEqualTo(403);
        for (var origin : List.of("https://pages.example", "http://127.0.0.1:" + one.port())) {
            try (var page = EventSocket.open(one, "?ticket=" + ticket(one, "origin"), Map.of("Origin", origin))) {
                assertThat(page.next().getString("type")).isEqualTo("connected");
            }
        }
        assertThatThrownBy(() -> EventSocket.open(one, "?ticket=spent", Map.of()))
                .extracting(fault ->
                        ((WebSocketHandshakeException) fault).getResponse().statusCode())
                .isEqualTo(401);
    }

    @Test
    void a_drain_ends_streams() throws Exception {
        var gateway = RunningGateway.start(ROUTES);
        gateway.store("1", "essential");
        var token = gateway.token("1");
        try (var page = EventStream.withToken(gateway.port(), token);
                var socket = EventSocket.open(gateway, "", Map.of("Authorization", "Bearer " + token))) {
            socket.next();
            gateway.close();
            assertThat(page.ends()).isTrue();
            assertThat(socket.closed()).isEqualTo(1001);
        }
    }

    private static String bulky() {
        return new JsonObject()
                .put("event", new JsonObject().put("type", "limit-warning").put("name", "x".repeat(4000)))
                .encode();
    }
}
