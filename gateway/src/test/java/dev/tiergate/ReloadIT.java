package dev.tiergate;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tiergate.fixtures.RawClient;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/** Changes of routes.yaml under load, found by the watch itself: bad ones change nothing, a good one changes all at once. */
class ReloadIT {

    private static final Path BAD = Path.of("src/test/resources/routes/bad");
    private static final int FROM_FOLDER = 20;
    private static final int BROKEN = 25;
    private static final int CLIENTS = 3;
    private static final int EDITIONS = 40;
    private static final int TOO_BIG = 50 << 20;

    private static final String REFUSED = "tiergate_config_reloads_total{outcome=\"refused\"}";
    private static final String TAKEN = "tiergate_config_reloads_total{outcome=\"taken\"}";
    private static final String LAST_SUCCESS = "tiergate_config_last_reload_success";
    private static final String ALLOWED = "tiergate_forwarded_total{decision=\"allow\"}";

    /** A request of this generation counts, and says so to the client; the backend is told of the feature. */
    private static final String COUNTED = """
            routes:
              - { path: /api/load, feature: basic_orders, upstream: shop }
            """;

    /** Neither of both. */
    private static final String UNCOUNTED = """
            routes:
              - { path: /api/load, feature: basic_analytics, upstream: shop }
            """;

    @Test
    void broken_files_change_nothing_and_a_good_one_serves_whole_within_two_seconds() throws Exception {
        try (var gateway = RunningGateway.start(COUNTED)) {
            gateway.store("1", "business");
            plentyOfOrders(gateway);
            try (var load = new Load(gateway)) {
                load.answered("the load runs", 50);
                refuseAll(gateway);
                load.answered("old rules serve", 50);
                assertThat(load.newer.get()).isZero();

                gateway.write(UNCOUNTED);
                var took = Eventually.holds("the good file is active", () -> load.newer.get() > 0);
                assertThat(took).isLessThan(Duration.ofSeconds(2));
                assertThat(gateway.metric(LAST_SUCCESS)).isEqualTo(1);
                assertThat(gateway.metric(TAKEN)).isEqualTo(1);
                assertThat(generation(gateway)).isEqualTo(2);
                assertThat(state(gateway).getString("state")).isEqualTo("up");
                load.answered("new rules serve", 50);
            }
        }
    }

    private static void refuseAll(RunningGateway gateway) throws Exception {
        var hash = status(gateway).getString("hash");
        var before = 0;
        for (var file : broken(gateway).entrySet()) {
            put(gateway, file.getValue());
            gateway.await(gateway.gateway().checkRoutes());
            var expected = before + 1;
            assertThat(gateway.metric(REFUSED)).as(file.getKey()).isEqualTo(expected);
            assertThat(gateway.metric(LAST_SUCCESS)).as(file.getKey()).isZero();
            assertThat(gateway.admin("/ready").status()).as(file.getKey()).isEqualTo(200);
            assertThat(state(gateway).getString("state")).as(file.getKey()).isEqualTo("degraded");
            assertThat(state(gateway).getString("reason")).as(file.getKey()).isNotBlank();
            assertThat(generation(gateway)).as(file.getKey()).isEqualTo(1);
            assertThat(status(gateway).getString("hash")).isEqualTo(hash);
            before = expected;
        }
        assertThat(before).isEqualTo(BROKEN);
        assertThat(gateway.metric(TAKEN)).isZero();
    }

    @Test
    void what_was_counted_before_a_reload_still_counts_after_it() throws Exception {
        try (var gateway = RunningGateway.start(COUNTED)) {
            gateway.store("1", "essential");
            for (int used = 1; used <= 40; used++) {
                assertThat(remaining(gateway)).isEqualTo(100 - used);
            }
            gateway.write(COUNTED + "  - { path: /api/more, public: true, upstream: shop }\n");
            Eventually.holds("the change is taken", () -> gateway.metric(TAKEN) == 1);
            assertThat(remaining(gateway)).isEqualTo(59);
            assertThat(gateway.metric(ALLOWED)).isEqualTo(41);
        }
    }

    /** Whether this look finds it or the watch was first. */
    @Test
    void what_the_file_holds_serves_when_a_look_is_over() throws Exception {
        try (var gateway = RunningGateway.start(COUNTED)) {
            for (int edition = 2; edition <= EDITIONS; edition++) {
                gateway.write(COUNTED + "# edition " + edition + "\n");
                gateway.await(gateway.gateway().checkRoutes());
                assertThat(generation(gateway)).isEqualTo(edition);
            }
        }
    }

    @Test
    void a_file_that_comes_back_as_it_was_is_taken_again() throws Exception {
        try (var gateway = RunningGateway.start(COUNTED)) {
            gateway.write("broken: [".getBytes(UTF_8));
            Eventually.holds("refused", () -> gateway.metric(REFUSED) == 1);
            gateway.write(COUNTED);
            Eventually.holds("taken", () -> gateway.metric(LAST_SUCCESS) == 1);
            assertThat(state(gateway).getString("state")).isEqualTo("up");
        }
    }

    /** What to put in the file's place, by name; null bytes mean a directory. */
    private static Map<String, byte[]> broken(RunningGateway gateway) throws IOException {
        Map<String, byte[]> all = new LinkedHashMap<>();
        try (var files = Files.list(BAD)) {
            for (var file : files.filter(name -> name.toString().endsWith(".yaml"))
                    .sorted()
                    .limit(FROM_FOLDER)
                    .toList()) {
                all.put(file.getFileName().toString(), Files.readAllBytes(file));
            }
        }
        var good = gateway.whole(UNCOUNTED).getBytes(UTF_8);
        all.put("half written", Arrays.copyOf(good, good.length - 20));
        all.put(
                "an unknown feature",
                gateway.whole(UNCOUNTED.replace("basic_analytics", "no_such_thing"))
                        .getBytes(UTF_8));
        var big = new byte[TOO_BIG];
        Arrays.fill(big, (byte) '#');
        all.put("50 MiB", big);
        all.put("a directory", null);
        all.put(
                "an upstream that is not there",
                gateway.whole(UNCOUNTED.replace("upstream: shop", "upstream: none"))
                        .getBytes(UTF_8));
        return all;
    }

    /** At no moment is there no file. */
    private static void put(RunningGateway gateway, byte[] bytes) throws IOException {
        if (bytes != null) {
            gateway.write(bytes);
            return;
        }
        var directory = Files.createDirectory(gateway.routesFile().resolveSibling("directory"));
        var link = Files.createSymbolicLink(directory.resolveSibling("link"), directory);
        Files.move(link, gateway.routesFile(), StandardCopyOption.ATOMIC_MOVE);
    }

    private static void plentyOfOrders(RunningGateway gateway) {
        gateway.sql("""
                INSERT INTO store_feature_overrides (store_id, feature_code, enabled)
                SELECT id, 'basic_orders', true FROM stores;
                INSERT INTO store_override_limits (store_id, feature_code, limit_code, limit_value)
                SELECT id, 'basic_orders', 'orders', 100000000 FROM stores
                """);
    }

    private static long remaining(RunningGateway gateway) {
        var field = gateway.get("1", "/api/load").header("RateLimit").orElseThrow();
        return Long.parseLong(field.replaceAll(".*;r=(\\d+).*", "$1"));
    }

    private static JsonObject status(RunningGateway gateway) {
        return new JsonObject(gateway.admin("/status").text()).getJsonObject("routes");
    }

    private static int generation(RunningGateway gateway) {
        return status(gateway).getInteger("generation");
    }

    private static JsonObject state(RunningGateway gateway) {
        return new JsonObject(gateway.admin("/ready").text())
                .getJsonObject("dependencies")
                .getJsonObject("routes");
    }

    /** Clients that look at every answer: it is a good one, and of one generation in all its parts. */
    private static final class Load implements AutoCloseable {

        private final AtomicBoolean over = new AtomicBoolean();
        private final AtomicLong older = new AtomicLong();
        private final AtomicLong newer = new AtomicLong();
        private final ConcurrentLinkedQueue<String> wrong = new ConcurrentLinkedQueue<>();
        private final List<Thread> clients = new ArrayList<>();
        private final RunningGateway gateway;
        private final String request;

        Load(RunningGateway gateway) {
            this.gateway = gateway;
            this.request = "GET /api/load HTTP/1.1\r\nHost: gw.test\r\nAuthorization: Bearer " + gateway.token("1")
                    + "\r\n\r\n";
            for (int i = 0; i < CLIENTS; i++) {
                var client = new Thread(this::run, "load " + i);
                clients.add(client);
                client.start();
            }
        }

        private void run() {
            try (var client = RawClient.connect(gateway.port())) {
                var changed = false;
                while (!over.get()) {
                    changed = look(client.exchange(request), changed);
                }
            } catch (UncheckedIOException e) {
                wrong.add(e.toString());
            }
        }

        /** A connection stays on its event loop, which never goes back. */
        private boolean look(RawClient.Response answer, boolean changed) {
            var counted = answer.header("RateLimit").isPresent();
            var feature = counted ? "basic_orders" : "basic_analytics";
            if (answer.status() != 200 || !answer.text().contains("[\"X-Tiergate-Feature\",\"" + feature + "\"]")) {
                wrong.add(answer.status() + " " + answer.headers() + " " + answer.text());
            }
            if (changed && counted) {
                wrong.add("the old generation after the new one");
            }
            (counted ? older : newer).incrementAndGet();
            return !counted;
        }

        void answered(String what, int more) throws Exception {
            var till = older.get() + newer.get() + more;
            Eventually.holds(what, () -> older.get() + newer.get() >= till || !wrong.isEmpty());
            assertThat(wrong).isEmpty();
        }

        @Override
        public void close() throws InterruptedException {
            over.set(true);
            for (var client : clients) {
                client.join();
            }
            assertThat(wrong).isEmpty();
        }
    }
}
