package dev.tiergate;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import dev.tiergate.fixtures.RawClient;
import dev.tiergate.fixtures.Redis;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Open pages while Redis is away, and what is never written down. */
class EventsOutageIT {

    private static final String PATH = "/api/v1/store/events";

    private static final String ROUTES = """
            gating: { on-limits-down: allow }
            routes:
              - { path: /api/orders, methods: [ POST ], feature: basic_orders, upstream: shop }
            """;

    @Test
    void with_redis_away_entitlements_are_told_and_limits_when_it_is_back() throws Exception {
        try (var redis = Redis.embedded();
                var gateway = RunningGateway.start(
                        ROUTES,
                        Map.of("TIERGATE_REDIS_URL", redis.uri(), "TIERGATE_REDIS_DEADLINE_MS", "250"),
                        List.of())) {
            gateway.store("1", "essential");
            assertThat(ticket(gateway).status()).isEqualTo(200);
            try (var page = EventStream.withToken(gateway.port(), gateway.token("1"))) {
                redis.stop();
                var refused = ticket(gateway);
                assertThat(refused.status()).isEqualTo(503);
                assertThat(refused.text()).contains("events_unavailable");
                gateway.sql("UPDATE stores SET name = 'Away' WHERE external_id = '1'");
                assertThat(page.next().name()).isEqualTo("entitlements-changed");
                try (var late = EventStream.withToken(gateway.port(), gateway.token("1"))) {
                    assertThat(late.status()).isEqualTo(200);
                }

                redis.restart();
                assertThat(page.next().name())
                        .as("what was missed meanwhile is read anew")
                        .isEqualTo("entitlements-changed");
                Eventually.holds(
                        "tickets are given again", () -> ticket(gateway).status() == 200);
                Eventually.holds(
                        "orders are counted again",
                        () -> order(gateway).header("RateLimit").isPresent());
                for (int i = 0; i < 85 && page.waiting() == 0; i++) {
                    assertThat(order(gateway).status()).isEqualTo(200);
                }
                assertThat(page.next().name()).isEqualTo("limit-warning");
            }
        }
    }

    @Test
    void a_ticket_is_never_logged() throws Exception {
        try (var log = LogLines.of("dev.tiergate", Level.TRACE);
                var gateway = RunningGateway.start(ROUTES)) {
            gateway.store("1", "essential");
            var ticket = new JsonObject(ticket(gateway).text()).getString("ticket");
            try (var page = EventStream.open(gateway.port(), PATH + "?ticket=" + ticket, Map.of())) {
                assertThat(page.status()).isEqualTo(200);
            }
            var again = gateway.exchange("GET " + PATH + "?ticket=" + ticket + " HTTP/1.1\r\nHost: gw.test\r\n\r\n");
            assertThat(again.status()).isEqualTo(401);
            var secret = ticket.substring(ticket.indexOf('.') + 1);
            assertThat(again.text()).doesNotContain(secret);
            assertThat(log.all().map(line -> line.getFormattedMessage() + line.getKeyValuePairs()))
                    .isNotEmpty()
                    .noneMatch(line -> line.contains(secret));
        }
    }

    private static RawClient.Response ticket(RunningGateway gateway) {
        return post(gateway, PATH + "/ticket");
    }

    private static RawClient.Response order(RunningGateway gateway) {
        return post(gateway, "/api/orders");
    }

    private static RawClient.Response post(RunningGateway gateway, String path) {
        return gateway.exchange("POST " + path + " HTTP/1.1\r\nHost: gw.test\r\nAuthorization: Bearer "
                + gateway.token("1") + "\r\nContent-Length: 0\r\n\r\n");
    }
}
