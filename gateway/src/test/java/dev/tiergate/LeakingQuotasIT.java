package dev.tiergate;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tiergate.fixtures.RawClient;
import dev.tiergate.plugin.Call;
import dev.tiergate.plugin.Caller;
import dev.tiergate.plugin.Entitlements;
import dev.tiergate.plugin.Quota;
import dev.tiergate.plugin.QuotaFactory;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** A limit that a plugin counts is closed with the routes.yaml that it was made for, and not before its last use is over. */
class LeakingQuotasIT {

    private static final Quota.State STATE = new Quota.State(1_000, 1, null);

    /** Those that were asked and are open. */
    private final Set<Quota> open = ConcurrentHashMap.newKeySet();

    private volatile @Nullable Promise<Quota.State> reading;

    private final class Holding implements Quota, AutoCloseable {

        @Override
        public Future<Taken> take(Call call, long units) {
            open.add(this);
            return Future.succeededFuture(new Taken(true, STATE));
        }

        @Override
        public void giveBack(Call call, long units) {
            throw new AssertionError("all was used");
        }

        @Override
        public Future<State> read(Entitlements entitlements, Caller caller, boolean shadow, Instant now) {
            open.add(this);
            Promise<State> answer = Promise.promise();
            reading = answer;
            return answer.future();
        }

        @Override
        public void close() {
            open.remove(this);
        }
    }

    /** The kind {@code holding}. */
    private final class HoldingFactory implements QuotaFactory<HoldingFactory.Config> {

        record Config() {}

        @Override
        public String name() {
            return "holding";
        }

        @Override
        public Class<Config> configType() {
            return Config.class;
        }

        @Override
        public Quota create(String code, Config config) {
            return new Holding();
        }
    }

    private RunningGateway start() throws Exception {
        var gateway =
                RunningGateway.counting(routes(0), Map.of("TIERGATE_EVENT_LOOPS", "1"), List.of(new HoldingFactory()));
        gateway.store("holding", "essential");
        return gateway;
    }

    private static String routes(int number) {
        return """
                quotas: { units: { holding: {}, deadline: 30s } }
                routes:
                  - { id: number-%d, path: /x, feature: basic_products, charge: [ { limit: units } ], upstream: shop }
                """.formatted(number);
    }

    /** The only event loop serves by the new routes when it has answered. */
    private static void reload(RunningGateway gateway) throws Exception {
        gateway.write(routes(1));
        gateway.await(gateway.gateway().checkRoutes());
        assertThat(gateway.get("holding", "/nowhere").status()).isEqualTo(404);
    }

    private static void send(RunningGateway gateway, RawClient client, String path) {
        client.send("GET " + path + " HTTP/1.1\r\nHost: gw.test\r\nAuthorization: Bearer " + gateway.token("holding")
                + "\r\n\r\n");
    }

    @Test
    void it_is_closed_with_its_routes_and_at_the_end() throws Exception {
        try (var gateway = start()) {
            assertThat(gateway.get("holding", "/x").status()).isEqualTo(200);
            assertThat(gateway.get("holding", "/x").status()).isEqualTo(200);
            assertThat(open).hasSize(1);
            reload(gateway);
            Eventually.so("it is closed", open::isEmpty);
            assertThat(gateway.get("holding", "/x").status()).isEqualTo(200);
            assertThat(open).hasSize(1);
        }
        assertThat(open).isEmpty();
    }

    @Test
    void it_stays_open_for_a_request_that_took_of_it_before_the_reload() throws Exception {
        try (var gateway = start();
                var client = RawClient.connect(gateway.port())) {
            try (var hold = gateway.backend().hold()) {
                send(gateway, client, "/x");
                Eventually.so("the backend has it", () -> gateway.backend().count() == 1);
                reload(gateway);
                assertThat(open).hasSize(1);
            }
            assertThat(client.read().status()).isEqualTo(200);
            Eventually.so("it is closed", open::isEmpty);
        }
    }

    @Test
    void it_stays_open_for_a_usage_that_is_read_over_the_reload() throws Exception {
        try (var gateway = start();
                var client = RawClient.connect(gateway.port())) {
            send(gateway, client, "/api/v1/store/usage/check/units");
            Eventually.so("it is read", () -> reading != null);
            reload(gateway);
            assertThat(open).hasSize(1);
            reading.complete(STATE);
            assertThat(client.read().status()).isEqualTo(200);
            Eventually.so("it is closed", open::isEmpty);
        }
    }
}
