package dev.tiergate.dist;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tiergate.RunningGateway;
import dev.tiergate.fixtures.RawClient;
import dev.tiergate.plugins.PluginCatalogue;
import dev.tiergate.routes.LoadResult;
import dev.tiergate.routes.RoutesProblem;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The plugin as it is shipped: found on the class path, configured by routes.yaml, asked on a running gateway. */
class HeaderPluginIT {

    private static final String ROUTES = """
            routes:
              - path: /web
                plugins: [ header: { require: { X-Client: web } } ]
                upstream: shop
              - path: /no-beta
                plugins: [ header: { forbid: { X-Beta: "*" } } ]
                upstream: shop
              - path: /costly
                feature: basic_orders
                plugins: [ header: { require: { X-Client: web } } ]
                upstream: shop
            """;

    private static final String BEFORE_THE_PLUGIN = """
            version: 1
            upstreams: { shop: { endpoints: [ "http://127.0.0.1:9001" ] } }
            auth: { jwt: { secret: "${SECRET}", algorithms: [ HS256 ], issuer: "https://id.example.com/", audience: shop } }
            routes:
              - path: /web
                upstream: shop
                plugins:
            """;

    private static RunningGateway gateway;

    @BeforeAll
    static void start() throws Exception {
        gateway = RunningGateway.start(
                ROUTES, Map.of(), PluginCatalogue.ofClassPath().checks());
        gateway.store("header-plugin", "essential");
    }

    @AfterAll
    static void stop() throws Exception {
        gateway.close();
    }

    @BeforeEach
    void forget() {
        gateway.backend().reset();
    }

    @ParameterizedTest
    @CsvSource({
        "/web, X-Client: web",
        "/web, x-client: web",
        "/no-beta, X-Client: web",
    })
    void a_request_with_the_right_headers_reaches_the_backend(String path, String header) {
        assertThat(get(path, header + "\r\n").status()).isEqualTo(200);
        assertThat(gateway.backend().requests()).hasSize(1);
    }

    @ParameterizedTest
    @CsvSource({
        "/web, X-Client: script, header_required",
        "/web, X-Other: web, header_required",
        "/no-beta, X-Beta: 1, header_forbidden",
    })
    void a_request_with_others_is_refused(String path, String header, String reason) {
        var answer = get(path, header + "\r\n");
        assertThat(answer.status()).isEqualTo(403);
        assertThat(new JsonObject(answer.text()).getString("reason")).isEqualTo(reason);
        assertThat(gateway.backend().requests()).isEmpty();
    }

    @Test
    void what_the_plugin_refuses_costs_nothing() {
        assertThat(get("/costly", "").status()).isEqualTo(403);
        assertThat(get("/costly", "X-Client: web\r\n").header("RateLimit").orElseThrow())
                .startsWith("\"orders\";r=99");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "header: {}",
                "header: { require: { \"X Client\": web } }",
                "header: { require: [ X-Client ] }",
                "header: { requires: { X-Client: web } }",
                "haeder: { require: { X-Client: web } }",
            })
    void a_wrong_configuration_is_a_problem_with_its_place(String plugin) throws Exception {
        var loader = PluginCatalogue.ofClassPath().routes(name -> name.startsWith("TIERGATE_") ? null : "s".repeat(64));
        var result = loader.load("routes.yaml", BEFORE_THE_PLUGIN + "      - " + plugin + "\n", null);
        assertThat(result).isInstanceOf(LoadResult.Rejected.class);
        List<RoutesProblem> problems = ((LoadResult.Rejected) result).problems();
        assertThat(problems).hasSize(1);
        assertThat(problems.get(0).toString()).matches("routes\\.yaml:8:[0-9]+: .+");
    }

    @Test
    void editors_complete_its_keys() throws Exception {
        var schema = PluginCatalogue.ofClassPath().schema();
        assertThat(schema.at("/$defs/plugins/items/properties/header/anyOf/0/$ref")
                        .asText())
                .isEqualTo("#/$defs/plugin-header");
        assertThat(schema.at("/$defs/plugin-header/properties").fieldNames())
                .toIterable()
                .containsExactly("require", "forbid");
    }

    private static RawClient.Response get(String path, String headers) {
        return gateway.exchange("GET " + path + " HTTP/1.1\r\nHost: gw.test\r\nAuthorization: Bearer "
                + gateway.token("header-plugin") + "\r\n" + headers + "\r\n");
    }
}
