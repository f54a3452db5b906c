package dev.tiergate.dist;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tiergate.fixtures.RecordingBackend;
import dev.tiergate.plugin.testkit.TestGateway;
import dev.tiergate.plugins.LoadedPlugin;
import dev.tiergate.plugins.PluginCatalogue;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpClientAgent;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpVersion;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Every plugin that comes along takes whatever the gateway lets through, over HTTP/1.1 and HTTP/2: it lets it pass or
 * refuses it, and nothing is a fault.
 */
class OddRequestsIT {

    /** The service that the plugin validator asks; it has nothing against anybody. */
    private static final RecordingBackend RULES = rules();

    /** Each with a configuration by which it looks at much of a request. */
    private static final Map<String, String> PLUGINS = Map.of(
            "beta", "{}",
            "degrade", "{ clamp: { limit: 10 } }",
            "experiment", "{ name: odd, weights: { a: 1, b: 1 }, key: user, allow: [ b ] }",
            "header", "{ require: { X-Client: web } }",
            "region", "{ allow: [ LU ] }",
            "reserve", "{ limit: orders, keep: 20% }",
            "role", "{ any: [ owner ], teams: { claim: org.teams, any: [ pricing ] } }",
            "schedule", "{ hours: 00:00-12:00 }",
            "validator", "{ url: '" + RULES.uri() + "', key: [ store, user, roles, tier, route, method, path ] }");

    /** Costs are told of a charge, and not asked for under {@code plugins}. */
    private static final Set<String> COSTS = Set.of("quota-cost");

    /** Limits are charged; each holds more than all requests here take. */
    private static final Map<String, String> QUOTAS =
            Map.of("token-bucket", "{ rate: 1000/second, burst: 1000, scope: user }");

    /** Comes with the gateway's own tests. */
    private static final String NOT_SHIPPED = "test-counter";

    /** May hold a loop up as well as a plugin does. */
    private static final String A_BUSY_MACHINE = "kind=\"blocked\"";

    /** Under what the backend takes, so that it is not the one that refuses. */
    private static final int LONG = 3_500;

    /** As long as a user may be. */
    private static final int LONGEST_USER = 255;

    @RegisterExtension
    static final TestGateway GATEWAY = TestGateway.serving(routes());

    private static Vertx vertx;
    private static HttpClientAgent http2;

    /** What is odd, where it goes, and its headers, a name and a value each. */
    private record Odd(String what, String target, List<List<String>> headers, Map<String, ?> claims) {

        static Odd header(String what, String... namesAndValues) {
            var headers = Stream.iterate(0, i -> i < namesAndValues.length, i -> i + 2)
                    .map(i -> List.of(namesAndValues[i], namesAndValues[i + 1]))
                    .toList();
            return new Odd(what, "", headers, Map.of());
        }

        static Odd target(String what, String target) {
            return new Odd(what, target, List.of(), Map.of());
        }

        static Odd claim(String what, String name, Object value) {
            return new Odd(what, "", List.of(), Map.of(name, value));
        }

        @Override
        public String toString() {
            return what;
        }
    }

    private static final List<Odd> ODD = List.of(
            Odd.target("nothing", ""),
            Odd.target("an empty query", "?"),
            Odd.target("a query of separators", "?&&=&=="),
            Odd.target("a parameter three times", "?limit=1&limit=2&limit"),
            Odd.target("line ends in the query", "?limit=%0d%0aX-Evil:%201"),
            Odd.target("a query that is not UTF-8", "?limit=%ff%fe"),
            Odd.target("a huge number", "?limit=" + "9".repeat(LONG)),
            Odd.header("an empty header", "X-Client", "", "CF-IPCountry", ""),
            Odd.header(
                    "a header twice", "X-Client", "web", "X-Client", "app", "CF-IPCountry", "LU", "CF-IPCountry", "DE"),
            Odd.header("bytes above ASCII", "X-Client", "\u00e9\u00ff", "CF-IPCountry", "\u00e9\u00ff"),
            Odd.header("a long header", "X-Client", "x".repeat(LONG), "CF-IPCountry", "x".repeat(LONG)),
            Odd.header("a client at an odd address", "X-Forwarded-For", "unknown"),
            Odd.claim("teams that are a number", "org", Map.of("teams", 7)),
            Odd.claim("teams in an odd list", "org", Map.of("teams", List.of(7, List.of(), Map.of()))),
            Odd.claim("an organisation that is a text", "org", "acme"),
            Odd.claim("a long user", "sub", "u".repeat(LONGEST_USER)));

    private static RecordingBackend rules() {
        var rules = RecordingBackend.start();
        rules.respond((received, response) ->
                response.putHeader("Content-Type", "application/json").end("{\"allow\":true}"));
        return rules;
    }

    private static String routes() {
        var routes = new StringBuilder("trusted-proxies: [ 127.0.0.1 ]\nquotas:\n");
        QUOTAS.forEach((name, config) -> routes.append("  odd-%1$s: { %1$s: %2$s }%n".formatted(name, config)));
        routes.append("routes:\n");
        QUOTAS.keySet()
                .forEach(name -> routes.append(
                        "  - { path: /%1$s, charge: [ { limit: odd-%1$s } ], upstream: shop }%n".formatted(name)));
        PLUGINS.forEach((name, config) -> routes.append(
                "  - { path: /%1$s, plugins: [ %1$s: %2$s ], upstream: shop }%n".formatted(name, config)));
        return routes.toString();
    }

    static Stream<Arguments> requests() {
        return Stream.of(PLUGINS, QUOTAS)
                .flatMap(plugins -> plugins.keySet().stream())
                .sorted()
                .flatMap(name -> ODD.stream().map(odd -> Arguments.of(name, odd)));
    }

    @BeforeAll
    static void open() {
        vertx = Vertx.vertx();
        http2 = vertx.createHttpClient(
                new HttpClientOptions().setProtocolVersion(HttpVersion.HTTP_2).setHttp2ClearTextUpgrade(false));
    }

    @AfterAll
    static void close() throws Exception {
        vertx.close().await(10, TimeUnit.SECONDS);
        RULES.close();
    }

    @Test
    void every_plugin_that_comes_along_is_tried() throws Exception {
        assertThat(PluginCatalogue.ofClassPath().plugins().stream()
                        .filter(plugin -> plugin.check() != null)
                        .map(LoadedPlugin::name)
                        .filter(name -> !COSTS.contains(name)))
                .containsExactlyInAnyOrderElementsOf(PLUGINS.keySet());
        assertThat(PluginCatalogue.ofClassPath().plugins().stream()
                        .filter(plugin -> plugin.quota() != null)
                        .map(LoadedPlugin::name)
                        .filter(name -> !name.equals(NOT_SHIPPED)))
                .containsExactlyInAnyOrderElementsOf(QUOTAS.keySet());
    }

    @ParameterizedTest(name = "{0}: {1}")
    @MethodSource("requests")
    void it_is_taken_over_http_1(String plugin, Odd odd) {
        var request = GATEWAY.get("/" + plugin + odd.target());
        odd.headers().forEach(header -> request.header(header.get(0), header.get(1)));
        odd.claims().forEach(request::claim);
        assertTaken(plugin, request.send().status());
    }

    @ParameterizedTest(name = "{0}: {1}")
    @MethodSource("requests")
    void it_is_taken_over_http_2(String plugin, Odd odd) throws Exception {
        var answer = http2.request(HttpMethod.GET, GATEWAY.port(), "127.0.0.1", "/" + plugin + odd.target())
                .compose(request -> {
                    request.putHeader("authorization", "Bearer " + GATEWAY.token(TestGateway.STORE, odd.claims()));
                    odd.headers()
                            .forEach(header ->
                                    request.headers().add(header.get(0).toLowerCase(Locale.ROOT), header.get(1)));
                    return request.send();
                });
        assertTaken(plugin, answer.await(10, TimeUnit.SECONDS).statusCode());
    }

    private static void assertTaken(String plugin, int status) {
        assertThat(status).isIn(200, 403);
        assertThat(GATEWAY.metrics())
                .filteredOn(line -> line.startsWith("tiergate_plugin_faults_total{")
                        && line.contains("plugin=\"" + plugin + "\"")
                        && !line.contains(A_BUSY_MACHINE))
                .hasSize(3)
                .allMatch(line -> line.endsWith(" 0.0"));
    }
}
