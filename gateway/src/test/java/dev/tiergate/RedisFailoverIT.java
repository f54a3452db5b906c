package dev.tiergate;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tiergate.fixtures.RawClient;
import dev.tiergate.fixtures.Redis;
import dev.tiergate.fixtures.RedisCluster;
import dev.tiergate.fixtures.RedisSentinels;
import dev.tiergate.redis.Slots;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Test;

/** The master of a store's counters dies while a gateway serves, and its replica goes on where it was. */
class RedisFailoverIT {

    private static final String ROUTES = """
            gating: { on-limits-down: deny }
            routes:
              - { path: /api/orders, feature: basic_orders, upstream: shop }
              - { path: /api/bulk, charge: [ { limit: orders, cost: 9 } ], upstream: shop }
            """;

    /** Of the tier. */
    private static final int ORDERS = 100;

    private static final int BULK = 9;

    /** So few that no lease is worth its while: without its master, the store is refused. */
    private static final int BEFORE = 3;

    private RunningGateway gateway;

    @Test
    void in_a_cluster_other_stores_notice_nothing() throws Exception {
        try (var cluster = RedisCluster.start();
                var serving = serve(cluster.uri())) {
            gateway = serving;
            var replica = cluster.replicate(0);
            var store = store(0);
            var others = List.of(store(1), store(2));
            for (int i = 0; i < RedisCluster.MASTERS; i++) {
                var master = cluster.master(i);
                Eventually.holds("the scripts are there", () -> RedisScripts.there(master));
            }
            die(cluster.master(0), store);
            for (int i = 0; i < 20; i++) {
                assertThat(order(others.get(i % 2))).isEqualTo(200);
            }
            assertThat(trouble()).contains("127.0.0.1:" + cluster.master(0).port());
            goOn(replica, store, () -> RedisCluster.promoted(replica));
            assertThat(others).allSatisfy(other -> assertThat(order(other)).isEqualTo(200));
        }
    }

    @Test
    void with_a_sentinel_and_passwords_for_all_of_them_the_replica_serves() throws Exception {
        try (var sentinels = RedisSentinels.start("master-canary", "sentinel-canary");
                var serving = serve(sentinels.uri())) {
            gateway = serving;
            var store = store(0);
            assertThat(RedisScripts.there(sentinels.first())).isTrue();
            die(sentinels.first(), store);
            assertThat(trouble()).contains("Redis").doesNotContain("canary");
            goOn(sentinels.second(), store, sentinels::promoted);
        }
    }

    private static RunningGateway serve(String redis) throws Exception {
        return RunningGateway.start(
                ROUTES, Map.of("TIERGATE_REDIS_URL", redis, "TIERGATE_REDIS_DEADLINE_MS", "500"), List.of());
    }

    /** The gateway has counted with it, and then does without; the replica has heard of all. */
    private void die(Redis master, String store) throws Exception {
        for (int i = 0; i < BEFORE; i++) {
            assertThat(order(store)).isEqualTo(200);
        }
        RedisScripts.settle(master, "{" + store + "}");
        master.stop();
        Eventually.holds("the gateway notices", () -> state().equals("degraded"));
        assertThat(order(store)).isEqualTo(503);
    }

    private void goOn(Redis replica, String store, BooleanSupplier promoted) throws Exception {
        Eventually.so("the replica is promoted", promoted);
        Eventually.holds("the gateway follows", () -> state().equals("up"));
        assertThat(RedisScripts.there(replica)).isTrue();
        for (int left = ORDERS - BEFORE; left > BULK; left -= BULK) {
            assertThat(gateway.get(store, "/api/bulk").status()).isEqualTo(200);
        }
        for (int left = (ORDERS - BEFORE) % BULK; left > 0; left--) {
            assertThat(order(store)).isEqualTo(200);
        }
        assertThat(order(store)).isEqualTo(429);
        replica.flushScripts();
        assertThat(order(store)).isEqualTo(429);
        assertThat(RedisScripts.there(replica)).isTrue();
    }

    /** A store of which a master has the counters. */
    private String store(int master) {
        int n = 0;
        while (RedisCluster.home(Slots.of("failover-" + n)) != master) {
            n++;
        }
        gateway.store("failover-" + n, "essential");
        return "failover-" + n;
    }

    private int order(String store) {
        return gateway.get(store, "/api/orders").status();
    }

    private String state() {
        return redis().getString("state");
    }

    private String trouble() {
        return redis().getString("reason", "");
    }

    private JsonObject redis() {
        RawClient.Response answer = gateway.admin("/ready");
        return new JsonObject(answer.text()).getJsonObject("dependencies").getJsonObject("redis");
    }
}
