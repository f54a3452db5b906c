package dev.tiergate;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tiergate.fixtures.Postgres;
import dev.tiergate.fixtures.RawClient;
import dev.tiergate.fixtures.Redis;
import dev.tiergate.fixtures.RedisSentinels;
import dev.tiergate.routes.IpAddress;
import dev.tiergate.routes.LoadResult;
import dev.tiergate.routes.RoutesLoader;
import io.vertx.core.Vertx;
import java.net.URI;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A file of routes leads neither to what is the gateway's own nor past the operator's list. */
class OwnTargetsIT {

    private static final String PUBLIC = "routes: [ { path: /**, public: true, upstream: shop } ]\n";

    private RunningGateway gateway;

    @BeforeEach
    void start() throws Exception {
        gateway = RunningGateway.start(PUBLIC);
    }

    @AfterEach
    void stop() throws Exception {
        gateway.close();
    }

    @Test
    void redis_postgresql_and_the_admin_listener_are_no_upstreams() throws Exception {
        for (var port : List.of(
                Redis.shared().port(),
                Postgres.shared().port(),
                gateway.gateway().adminPort())) {
            for (var host : List.of("127.0.0.1", "127.0.0.2", "localhost", "0.0.0.0")) {
                serve(host + ":" + port, "");
                assertThat(live()).as(host + ":" + port).isEqualTo(502);
            }
        }
        assertThat(gateway.metric("tiergate_upstream_addresses_refused_total{upstream=\"shop\"}"))
                .isGreaterThan(0);
        serve("127.0.0.1:" + gateway.backend().port(), "");
        assertThat(live()).isEqualTo(200);
    }

    @Test
    void a_master_that_sentinels_name_is_no_upstream() throws Exception {
        var sentinels = RedisSentinels.shared();
        var own = new OwnAddresses();
        var vertx = Vertx.vertx();
        try {
            var settings = Settings.from(
                    Map.of("TIERGATE_DATABASE_URL", gateway.database(), "TIERGATE_REDIS_URL", sentinels.uri())::get);
            gateway.await(own.follow(vertx, settings, sentinels::uri));
            var here = IpAddress.parse("127.0.0.1");
            assertThat(own.holds(here, sentinels.first().port())).isTrue();
            assertThat(own.holds(here, URI.create(sentinels.uri()).getPort())).isTrue();
            assertThat(own.holds(here, gateway.backend().port())).isFalse();
        } finally {
            gateway.await(vertx.close());
        }
    }

    @Test
    void what_is_named_in_allow_address_is_spoken_to() throws Exception {
        serve("127.0.0.1:" + gateway.gateway().adminPort(), "allow-address: [ 127.0.0.2 ]\n");
        assertThat(live()).isEqualTo(502);
        serve("127.0.0.1:" + gateway.gateway().adminPort(), "allow-address: [ 127.0.0.1 ]\n");
        assertThat(live()).isEqualTo(200);
    }

    @Test
    void keys_are_not_loaded_from_what_is_our_own() throws Exception {
        var before = gateway.metric("tiergate_config_reloads_total{outcome=\"refused\"}");
        gateway.write("auth: { jwt: { jwks: \"http://127.0.0.1:"
                + gateway.gateway().adminPort() + "/openapi.json\", algorithms: [ RS256 ] } }\n" + PUBLIC);
        gateway.await(gateway.gateway().checkRoutes());
        assertThat(gateway.metric("tiergate_config_reloads_total{outcome=\"refused\"}"))
                .isEqualTo(before + 1);
        assertThat(gateway.admin("/status").text()).contains("own Redis, PostgreSQL or admin listener");
    }

    @Test
    void past_the_operators_list_a_file_is_refused_and_a_connection_is_502() throws Exception {
        var port = gateway.backend().port();
        assertThat(problems("127.0.0.1:" + port, "127.0.0.1:" + (port - 1)))
                .singleElement()
                .asString()
                .contains("must stand in TIERGATE_UPSTREAM_ALLOW");
        assertThat(problems("127.0.0.1:" + port, "127.0.0.1:" + port)).isEmpty();
        assertThat(problems("127.0.0.1:" + port, "127.0.0.1/32, nonsense"))
                .anyMatch(problem -> problem.toString().contains("'nonsense' is neither host:port"));
        // a name, which only the connection resolves
        try (var listed = withList("127.0.0.0/8:" + port, port);
                var other = withList("10.0.0.0/8:" + port, port)) {
            assertThat(live(listed)).isEqualTo(200);
            assertThat(live(other)).isEqualTo(502);
        }
    }

    private static RunningGateway withList(String list, int port) throws Exception {
        return RunningGateway.start(
                PUBLIC, Map.of("SHOP", "http://localhost:" + port, "TIERGATE_UPSTREAM_ALLOW", list), List.of());
    }

    private List<?> problems(String endpoint, String list) {
        var loader = new RoutesLoader(
                List.of(), name -> name.equals("TIERGATE_UPSTREAM_ALLOW") ? list : "http://" + endpoint);
        var result = loader.load(
                "routes.yaml",
                gateway.whole("auth: { jwt: { secret: " + "s".repeat(32) + ", algorithms: [ HS256 ] } }\n" + PUBLIC),
                null);
        return result instanceof LoadResult.Rejected rejected ? rejected.problems() : List.of();
    }

    private void serve(String endpoint, String more) throws Exception {
        var file = gateway.whole(more + PUBLIC).replace("${SHOP}", "http://" + endpoint);
        gateway.write(file.getBytes(UTF_8));
        gateway.await(gateway.gateway().checkRoutes());
    }

    private int live() {
        return live(gateway);
    }

    private static int live(RunningGateway gateway) {
        try (var client = RawClient.connect(gateway.port())) {
            return client.exchange("GET /live HTTP/1.1\r\nHost: gw.test\r\n\r\n")
                    .status();
        }
    }
}
