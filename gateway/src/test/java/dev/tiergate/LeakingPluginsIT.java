package dev.tiergate;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tiergate.fixtures.RawClient;
import dev.tiergate.plugin.Allow;
import dev.tiergate.plugin.Call;
import dev.tiergate.plugin.Check;
import dev.tiergate.plugin.Decision;
import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;
import java.lang.ref.WeakReference;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.Test;

/** What a plugin keeps, and never lets go of, is gone with the routes.yaml that it was made for. */
class LeakingPluginsIT {

    private static final int RELOADS = 5;
    private static final int KEPT_BYTES = 1 << 20;

    /** Those that were asked and are open. */
    private final Set<Hoarding> asked = ConcurrentHashMap.newKeySet();

    private final Queue<WeakReference<Hoarding>> all = new ConcurrentLinkedQueue<>();

    private final class Hoarding implements Check, AutoCloseable {

        private final List<byte[]> kept = new ArrayList<>();

        Hoarding() {
            all.add(new WeakReference<>(this));
        }

        @Override
        public Future<Decision> ask(Call call) {
            kept.add(new byte[KEPT_BYTES]);
            asked.add(this);
            return Future.succeededFuture(Allow.plain());
        }

        @Override
        public void close() {
            asked.remove(this);
        }
    }

    private RunningGateway start() throws Exception {
        return RunningGateway.start(
                routes(0),
                Map.of("TIERGATE_EVENT_LOOPS", "1"),
                List.of(new GivenPlugin("hoarding", context -> new Hoarding())));
    }

    private static String routes(int number) {
        return "routes: [ { id: number-" + number + ", path: /x, plugins: [ { hoarding: {} } ], upstream: shop } ]\n";
    }

    private static void reload(RunningGateway gateway, int number) throws Exception {
        gateway.write(routes(number));
        gateway.await(gateway.gateway().checkRoutes());
        Eventually.so(
                "the loop serves by the new routes",
                () -> generation(gateway) == number + 1
                        && gateway.get("leaking", "/nowhere").status() == 404);
    }

    private static int generation(RunningGateway gateway) {
        return new JsonObject(gateway.admin("/status").text())
                .getJsonObject("routes")
                .getInteger("generation");
    }

    @Test
    void checks_are_closed_and_forgotten_with_their_routes() throws Exception {
        try (var gateway = start()) {
            gateway.store("leaking", "essential");
            for (int number = 1; number <= RELOADS; number++) {
                assertThat(gateway.get("leaking", "/x").status()).isEqualTo(200);
                assertThat(asked).hasSize(1);
                reload(gateway, number);
                Eventually.so("it is closed", asked::isEmpty);
            }
            assertThat(gateway.get("leaking", "/x").status()).isEqualTo(200);
            Eventually.so("all but the last are collected", () -> {
                System.gc();
                return all.stream().filter(check -> check.get() != null).count() == 1;
            });
        }
        assertThat(asked).isEmpty();
    }

    @Test
    void a_check_stays_open_for_a_request_that_began_before_the_reload() throws Exception {
        try (var gateway = start();
                var client = RawClient.connect(gateway.port())) {
            gateway.store("leaking", "essential");
            try (var hold = gateway.backend().hold()) {
                client.send("GET /x HTTP/1.1\r\nHost: gw.test\r\nAuthorization: Bearer " + gateway.token("leaking")
                        + "\r\n\r\n");
                Eventually.so("the backend has it", () -> gateway.backend().count() == 1);
                reload(gateway, 1);
                assertThat(asked).hasSize(1);
            }
            assertThat(client.read().status()).isEqualTo(200);
            Eventually.so("it is closed", asked::isEmpty);
        }
    }
}
