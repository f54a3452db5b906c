package dev.tiergate;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tiergate.FlakyBackend.Kind;
import dev.tiergate.fixtures.RawClient;
import io.vertx.core.json.JsonObject;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Predicate;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** F15: backends that break off, hang and send garbage, with a ledger of ids on both sides. */
class UpstreamFaultsIT {

    private static final int REQUESTS = 400;
    private static final int AT_ONCE = 12;
    private static final int STORES = 5;

    /** Less than the requests of a store that are kept. */
    private static final int SMALL_LIMIT = 10;

    private static final String LEAST = "routes: [ { path: /least, public: true, upstream: shop } ]\n";

    private static final String ROUTES = """
            version: 1
            upstreams:
              flaky:
                endpoints: ENDPOINTS
                response-timeout: 2s
                connect-timeout: 10s
                BREAKER
            auth:
              jwt:
                public-keys: [ "${KEY}" ]
                algorithms: [ RS256 ]
                issuer: https://id.example.com/
                audience: shop
            routes:
              - { path: /api/orders, methods: [ POST ], feature: basic_orders, upstream: flaky }
              - { path: /shadow, methods: [ POST ], mode: shadow, upstream: flaky }
              - { path: /off, methods: [ POST ], mode: "off", upstream: flaky }
              - { path: /public, methods: [ POST ], public: true, upstream: flaky }
            """;

    /** Of one request: who sent it, and what came back. */
    record Entry(int id, String store, RawClient.Response answer) {
        boolean refused() {
            return answer.status() == 429 || reason().equals("circuit_open");
        }

        String reason() {
            var own = answer.header("X-Own").isPresent() || answer.status() < 300;
            return own ? "" : new JsonObject(answer.text()).getString("reason");
        }
    }

    @Test
    void no_fault_of_an_upstream_sends_anything_twice_or_costs_what_it_should_not() throws Exception {
        try (var backend = new FlakyBackend();
                var gateway = gateway(backend, "")) {
            gateway.sql("UPDATE tier_limits SET limit_value = " + SMALL_LIMIT
                    + " WHERE tier_code = 'essential' AND limit_code = 'orders'");
            for (int i = 0; i < STORES; i++) {
                gateway.store(store(i), i == 0 ? "essential" : "business");
            }
            Eventually.holds(
                    "the small limit is known", () -> orders(gateway, store(0)).getInteger("limit") == SMALL_LIMIT);

            var ledger = run(IntStream.range(0, REQUESTS)
                    .<Callable<Entry>>mapToObj(id -> () -> post(gateway, "/api/orders", store(turn(id)), id))
                    .toList());

            assertThat(ledger).hasSize(REQUESTS);
            assertThat(backend.received())
                    .doesNotHaveDuplicates()
                    .containsExactlyInAnyOrderElementsOf(ids(ledger, entry -> !entry.refused()));
            assertThat(ledger).filteredOn(entry -> !entry.refused()).allSatisfy(UpstreamFaultsIT::asItsKind);
            assertThat(ledger)
                    .filteredOn(Entry::refused)
                    .isNotEmpty()
                    .allSatisfy(entry -> assertThat(entry.store()).isEqualTo(store(0)));
            counterIsWhatWasKept(gateway, ledger);
            assertThat(orders(gateway, store(0)).getInteger("current")).isLessThanOrEqualTo(SMALL_LIMIT);
        }
    }

    @Test
    void an_open_circuit_spares_the_upstream_charges_nothing_and_closes_when_it_is_well() throws Exception {
        try (var backend = new FlakyBackend();
                var gateway = gateway(backend, "circuit-breaker: { failures: 5, open-for: 500ms }")) {
            for (int i = 0; i < STORES; i++) {
                gateway.store(spared(i), "business");
            }
            var ledger = run(IntStream.range(0, REQUESTS)
                    .<Callable<Entry>>mapToObj(id -> () -> post(gateway, "/api/orders", spared(turn(id)), id))
                    .toList());

            assertThat(backend.received())
                    .doesNotHaveDuplicates()
                    .containsExactlyInAnyOrderElementsOf(ids(ledger, entry -> !entry.refused()));
            assertThat(ledger).filteredOn(entry -> !entry.refused()).allSatisfy(UpstreamFaultsIT::asItsKind);
            assertThat(ledger).filteredOn(Entry::refused).isNotEmpty().allSatisfy(entry -> {
                assertThat(entry.answer().status()).isEqualTo(503);
                assertThat(entry.answer().header("Retry-After")).hasValue("1");
            });
            counterIsWhatWasKept(gateway, ledger);
            assertThat(gateway.metric("tiergate_upstream_circuit_opened_total{upstream=\"flaky\"}"))
                    .isPositive();

            backend.recover();
            Eventually.holds("it closes", () -> {
                post(gateway, "/public", "none", REQUESTS);
                return circuit(gateway).getString("state").equals("closed");
            });
            assertThat(gateway.metric("tiergate_upstream_circuit_open{upstream=\"flaky\"}"))
                    .isZero();
        }
    }

    @Test
    void an_open_circuit_holds_in_every_mode_and_without_a_gate() throws Exception {
        try (var backend = new FlakyBackend();
                var gateway = gateway(backend, "circuit-breaker: { failures: 1, open-for: 1h }")) {
            gateway.store("upstream-faults-modes", "business");
            assertThat(post(gateway, "/public", "upstream-faults-modes", 0)
                            .answer()
                            .status())
                    .isEqualTo(502);
            for (var path : List.of("/api/orders", "/shadow", "/off", "/public")) {
                var answer = post(gateway, path, "upstream-faults-modes", 1);
                assertThat(answer.reason()).as(path).isEqualTo("circuit_open");
                assertThat(answer.answer()
                                .header("Retry-After")
                                .map(Integer::valueOf)
                                .orElseThrow())
                        .isBetween(3_500, 3_600);
            }
            assertThat(backend.received()).containsExactly(0);
            assertThat(circuit(gateway).getString("state")).isEqualTo("open");
            assertThat(circuit(gateway).getString("reason")).isEqualTo("1 of the last 1 requests failed");
        }
    }

    /** The upstream's own answers pass unchanged, and every other refusal says why. */
    private static void asItsKind(Entry entry) {
        var kind = Kind.of(entry.id());
        var answer = entry.answer();
        assertThat(answer.status()).as(kind.name()).isEqualTo(kind.status());
        assertThat(answer.complete()).as(kind.name()).isEqualTo(kind != Kind.HALF);
        switch (kind) {
            case RESET, TWO_LENGTHS, HUGE_HEAD -> assertThat(entry.reason()).isEqualTo("upstream_unavailable");
            case SILENT -> assertThat(entry.reason()).isEqualTo("upstream_timeout");
            case OWN_500, OWN_503 -> assertThat(answer.text()).isEqualTo("mine");
            case FOLDED -> assertThat(answer.header("X-Folded")).hasValue("a b");
            case TOO_LONG, SOUND -> assertThat(answer.text()).isEqualTo("ok");
            case HALF -> assertThat(answer.text()).isEqualTo("half ");
        }
    }

    /** Answered below 400, half or whole: kept. All else: given back. */
    private static void counterIsWhatWasKept(RunningGateway gateway, List<Entry> ledger) throws Exception {
        Map<String, Integer> kept = new TreeMap<>();
        ledger.forEach(entry -> kept.merge(entry.store(), entry.answer().status() < 400 ? 1 : 0, Integer::sum));
        assertThat(kept.values()).allSatisfy(units -> assertThat(units).isNotNegative());
        for (var store : kept.entrySet()) {
            Eventually.holds(
                    store + " is what Redis holds",
                    () -> orders(gateway, store.getKey()).getInteger("current").equals(store.getValue()));
        }
    }

    private static RunningGateway gateway(FlakyBackend backend, String breaker) throws Exception {
        var gateway = RunningGateway.start(LEAST);
        var file = ROUTES.replace("ENDPOINTS", backend.endpoints()).replace("BREAKER", breaker);
        gateway.write(file.getBytes(StandardCharsets.UTF_8));
        gateway.await(gateway.gateway().checkRoutes());
        return gateway;
    }

    private static Entry post(RunningGateway gateway, String path, String store, int id) {
        try (var client = RawClient.connect(gateway.port())) {
            var answer = client.exchange("POST " + path + " HTTP/1.1\r\nHost: gw.test\r\nAuthorization: Bearer "
                    + gateway.token(store) + "\r\nX-Id: " + id + "\r\nContent-Length: 2\r\n\r\nhi");
            return new Entry(id, store, answer);
        }
    }

    private static List<Entry> run(List<Callable<Entry>> requests) throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(AT_ONCE);
        try {
            var entries = new ArrayList<Entry>();
            for (var future : threads.invokeAll(requests)) {
                entries.add(future.get());
            }
            return entries;
        } finally {
            threads.shutdownNow();
        }
    }

    private static List<Integer> ids(List<Entry> ledger, Predicate<Entry> which) {
        return ledger.stream().filter(which).map(Entry::id).toList();
    }

    /** Each store gets requests of each kind. */
    private static int turn(int id) {
        return (id + id / Kind.ROUND) % STORES;
    }

    /** All gateways of a test run share the counters. */
    private static String store(int number) {
        return "upstream-faults-" + number;
    }

    private static String spared(int number) {
        return "upstream-faults-spared-" + number;
    }

    private static JsonObject orders(RunningGateway gateway, String store) {
        return new JsonObject(gateway.get(store, "/api/v1/store/usage").text())
                .getJsonArray("usage").stream()
                        .map(JsonObject.class::cast)
                        .filter(usage -> usage.getString("limit_type").equals("orders"))
                        .findFirst()
                        .orElseThrow();
    }

    private static JsonObject circuit(RunningGateway gateway) {
        return new JsonObject(gateway.admin("/status").text())
                .getJsonObject("upstreams")
                .getJsonObject("flaky")
                .getJsonObject("circuit");
    }
}
