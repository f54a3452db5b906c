package dev.tiergate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tiergate.fixtures.RedisCluster;
import dev.tiergate.fixtures.RedisSentinels;
import dev.tiergate.redis.RedisServers;
import dev.tiergate.upstream.Certificates;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Servers that are entered by TLS, whose certificate is in the JVM's trust store. */
class RedisTlsIT {

    private static final String ROUTES = """
            gating: { on-limits-down: deny }
            routes: [ { path: /api/orders, feature: basic_orders, upstream: shop } ]
            """;

    private static final String TRUST = "javax.net.ssl.trustStore";
    private static final String TRUST_PASSWORD = "javax.net.ssl.trustStorePassword";
    private static final Duration DEADLINE = Duration.ofSeconds(10);

    @TempDir
    private static Path folder;

    private static Path certificate;
    private static Path key;
    private static RedisCluster cluster;

    @BeforeAll
    static void start() {
        var keys = Certificates.keyStore(folder, "ip:127.0.0.1");
        certificate = Certificates.pem(keys);
        key = Certificates.privateKey(keys);
        cluster = RedisCluster.start(certificate, key);
        System.setProperty(TRUST, Certificates.trustStore(certificate).toString());
        System.setProperty(TRUST_PASSWORD, Certificates.PASSWORD);
    }

    @AfterAll
    static void stop() {
        System.clearProperty(TRUST);
        System.clearProperty(TRUST_PASSWORD);
        cluster.close();
    }

    @Test
    void a_gateway_counts_and_hears_by_tls() throws Exception {
        try (var gateway = RunningGateway.start(ROUTES, Map.of("TIERGATE_REDIS_URL", cluster.uri()), List.of())) {
            gateway.store("tls", "essential");
            assertThat(gateway.get("tls", "/api/orders").status()).isEqualTo(200);
            assertThat(gateway.get("tls", "/api/orders").header("RateLimit").orElseThrow())
                    .contains("r=98;");
            Eventually.holds("it hears", () -> listeners() == 1);
        }
    }

    @Test
    void sentinels_and_the_servers_that_they_name_are_entered_by_tls() throws Exception {
        try (var sentinels = RedisSentinels.start(certificate, key);
                var gateway = RunningGateway.start(ROUTES, Map.of("TIERGATE_REDIS_URL", sentinels.uri()), List.of())) {
            assertThat(sentinels.uri()).startsWith("rediss-sentinel://");
            gateway.store("watched", "essential");
            assertThat(gateway.get("watched", "/api/orders").status()).isEqualTo(200);
            assertThat(gateway.get("watched", "/api/orders").header("RateLimit").orElseThrow())
                    .contains("r=98;");

            sentinels.first().stop();
            Eventually.holds("the replica serves", () -> {
                int status = gateway.get("watched", "/api/orders").status();
                return status == 200 && sentinels.promoted();
            });
            Eventually.holds("it hears", () -> RedisScripts.listeners(sentinels.second(), "tg:recall") == 1);
        }
    }

    @Test
    void a_server_under_another_name_than_its_certificates_is_not_entered() throws Exception {
        var vertx = Vertx.vertx();
        try {
            assertThat(ping(vertx, cluster.uri())).isPresent();
            var other = cluster.uri().replace("127.0.0.1", "localhost");
            assertThatThrownBy(() -> ping(vertx, other)).hasMessageContaining("no master is known");
        } finally {
            await(vertx.close());
        }
    }

    private static Optional<Response> ping(Vertx vertx, String uri) throws Exception {
        var context = vertx.getOrCreateContext();
        return await(Future.future(promise -> context.runOnContext(now -> RedisServers.open(vertx, () -> uri, 10)
                .send("tg:tls", Request.cmd(Command.PING), DEADLINE)
                .onComplete(promise))));
    }

    private static <T> T await(Future<T> future) throws Exception {
        return future.await(DEADLINE.multipliedBy(2).toMillis(), TimeUnit.MILLISECONDS);
    }

    private static int listeners() {
        return IntStream.range(0, RedisCluster.MASTERS)
                .map(i -> RedisScripts.listeners(cluster.master(i), "tg:recall"))
                .sum();
    }
}
