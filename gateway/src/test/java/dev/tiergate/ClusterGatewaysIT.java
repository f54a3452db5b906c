package dev.tiergate;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tiergate.fixtures.Ports;
import dev.tiergate.fixtures.Postgres;
import dev.tiergate.fixtures.RawClient;
import dev.tiergate.fixtures.Redis;
import dev.tiergate.fixtures.RedisCluster;
import dev.tiergate.redis.Slots;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * Two gateways over one Redis Cluster, which they enter as a user who may do what docs/operations.md lists and nothing
 * more; whoever enters without a password could not count.
 */
class ClusterGatewaysIT {

    private static final String ROUTES = """
            gating: { on-limits-down: deny }
            routes:
              - { path: /api/orders, methods: [ POST ], feature: basic_orders, upstream: shop }
              - { path: /bulk, methods: [ POST ], charge: [ { limit: orders, cost: 80 } ], upstream: shop }
              - { path: /keyed, methods: [ POST ], feature: basic_orders, idempotency-key: optional, upstream: shop }
            """;

    private static final String PASSWORD = "cluster-canary %";

    /** Of the tier. */
    private static final int ORDERS = 100;

    private static final Pattern REMAINING = Pattern.compile("r=(\\d+)");

    private static RedisCluster cluster;
    private static RunningGateway one;
    private static RunningGateway two;

    @BeforeAll
    static void start() throws Exception {
        cluster = RedisCluster.start();
        for (int i = 0; i < RedisCluster.MASTERS; i++) {
            protect(cluster.master(i));
        }
        var database = Postgres.shared().createDatabase();
        one = RunningGateway.start(ROUTES, environment(database, Map.of()), List.of());
        two = RunningGateway.start(
                ROUTES, environment(database, Map.of("KEY", one.mint().publicKeyPem())), List.of());
    }

    @AfterAll
    static void stop() throws Exception {
        one.close();
        two.close();
        cluster.close();
    }

    private static void protect(Redis server) {
        assertThat(server.reply(RedisScripts.user(PASSWORD))).startsWith("+OK");
        assertThat(server.reply("ACL SETUSER default -evalsha -eval -get -set -subscribe"))
                .startsWith("+OK");
    }

    private static Map<String, String> environment(String database, Map<String, String> more) {
        var all = new HashMap<>(more);
        all.put("TIERGATE_DATABASE_URL", database);
        all.put("TIERGATE_REDIS_URL", cluster.uri("tiergate:cluster-canary%20%25@"));
        return all;
    }

    @Test
    void scripts_are_on_every_master_and_again_after_they_were_flushed() throws Exception {
        for (int round = 0; round < 3; round++) {
            for (int i = 0; i < RedisCluster.MASTERS; i++) {
                var store = store("scripts" + round, i);
                assertThat(order(one, store)).isEqualTo(200);
                assertThat(remaining(keyed(two, store, "k"))).isEqualTo(ORDERS - 2);
                assertThat(RedisScripts.there(cluster.master(i))).isTrue();
                cluster.master(i).flushScripts();
            }
        }
    }

    @Test
    void two_gateways_admit_exactly_the_limit_of_each_store() throws Exception {
        var stores = IntStream.range(0, 6)
                .mapToObj(i -> store("exact" + i, i % RedisCluster.MASTERS))
                .toList();
        var admitted = new AtomicInteger[stores.size()];
        var clients = new ArrayList<CompletableFuture<Void>>();
        for (int i = 0; i < stores.size(); i++) {
            admitted[i] = new AtomicInteger();
            for (var gateway : List.of(one, two)) {
                var count = admitted[i];
                var store = stores.get(i);
                clients.add(CompletableFuture.runAsync(() -> orders(gateway, store, ORDERS * 3 / 5, count)));
            }
        }
        CompletableFuture.allOf(clients.toArray(CompletableFuture[]::new)).join();
        assertThat(admitted).extracting(AtomicInteger::get).containsOnly(ORDERS);
        for (var store : stores) {
            assertThat(order(one, store)).isEqualTo(429);
        }
    }

    @Test
    void a_request_that_is_sent_again_to_the_other_gateway_is_charged_once() {
        for (int i = 0; i < RedisCluster.MASTERS; i++) {
            var store = store("keyed", i);
            assertThat(remaining(keyed(one, store, "k"))).isEqualTo(ORDERS - 1);
            assertThat(remaining(keyed(two, store, "k"))).isEqualTo(ORDERS - 1);
            assertThat(remaining(keyed(two, store, "k2"))).isEqualTo(ORDERS - 2);
        }
    }

    @Test
    void pages_on_both_gateways_hear_of_limits_and_tickets_are_good_at_either() throws Exception {
        for (int i = 0; i < RedisCluster.MASTERS; i++) {
            var store = store("heard", i);
            try (var first = EventStream.withToken(one.port(), one.token(store));
                    var second = EventStream.open(two.port(), EventScene.PATH + "?ticket=" + ticket(store), Map.of())) {
                assertThat(second.status()).isEqualTo(200);
                assertThat(post(one, store, "/bulk", "").status()).isEqualTo(200);
                assertThat(nextOfLimits(first)).isEqualTo("limit-warning");
                assertThat(nextOfLimits(second)).isEqualTo("limit-warning");
            }
        }
    }

    @Test
    void nodes_hear_of_each_other_and_of_recalls() throws Exception {
        var home = cluster.master(RedisCluster.home(Slots.of("tg:nodes")));
        Eventually.holds("both live", () -> home.reply("ZCARD tg:nodes").startsWith(":2"));
        Eventually.holds(
                "both hear",
                () -> IntStream.range(0, RedisCluster.MASTERS)
                                .mapToObj(cluster::master)
                                .mapToInt(master -> RedisScripts.listeners(master, "tg:recall"))
                                .sum()
                        == 2);
    }

    @Test
    void a_gateway_that_starts_without_postgresql_serves_from_copies() throws Exception {
        var store = store("copied", 1);
        assertThat(order(one, store)).isEqualTo(200);
        var nowhere = "postgresql://u:p@127.0.0.1:" + Ports.free() + "/none";
        try (var third = RunningGateway.begin(
                ROUTES, environment(nowhere, Map.of("KEY", one.mint().publicKeyPem())), List.of())) {
            Eventually.holds("it serves", () -> order(third, store) == 200);
            assertThat(third.backend().count()).isOne();
        }
    }

    private static String ticket(String store) {
        var answer = post(one, store, EventScene.PATH + "/ticket", "");
        return new JsonObject(answer.text()).getString("ticket");
    }

    /** That the store was made may be told late. */
    private static String nextOfLimits(EventStream page) throws InterruptedException {
        var name = page.next().name();
        return name.equals("entitlements-changed") ? nextOfLimits(page) : name;
    }

    /** A store of which a master has the counters. */
    private static String store(String name, int master) {
        int n = 0;
        while (RedisCluster.home(Slots.of(name + "-" + master + "-" + n)) != master) {
            n++;
        }
        one.store(name + "-" + master + "-" + n, "essential");
        return name + "-" + master + "-" + n;
    }

    private static void orders(RunningGateway gateway, String store, int count, AtomicInteger admitted) {
        for (int i = 0; i < count; i++) {
            int status = order(gateway, store);
            assertThat(status).isIn(200, 429);
            admitted.addAndGet(status == 200 ? 1 : 0);
        }
    }

    private static int order(RunningGateway gateway, String store) {
        return post(gateway, store, "/api/orders", "").status();
    }

    private static RawClient.Response keyed(RunningGateway gateway, String store, String key) {
        return post(gateway, store, "/keyed", "Idempotency-Key: " + key + "\r\n");
    }

    private static RawClient.Response post(RunningGateway gateway, String store, String path, String headers) {
        return gateway.exchange("POST " + path + " HTTP/1.1\r\nHost: gw.test\r\nAuthorization: Bearer "
                + one.token(store) + "\r\n" + headers + "Content-Length: 0\r\n\r\n");
    }

    private static int remaining(RawClient.Response answer) {
        assertThat(answer.status()).as(answer.text()).isEqualTo(200);
        var remaining = REMAINING.matcher(answer.header("RateLimit").orElseThrow());
        assertThat(remaining.find()).isTrue();
        return Integer.parseInt(remaining.group(1));
    }
}
