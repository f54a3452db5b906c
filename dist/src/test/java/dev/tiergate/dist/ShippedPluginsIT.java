package dev.tiergate.dist;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tiergate.RunningGateway;
import dev.tiergate.fixtures.MmdbWriter;
import dev.tiergate.fixtures.RawClient;
import dev.tiergate.plugins.PluginCatalogue;
import io.vertx.core.json.JsonObject;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The plugins as they are shipped: found on the class path, configured by routes.yaml, asked on a running gateway. */
class ShippedPluginsIT {

    private static final String ROUTES = """
            trusted-proxies: [ "${PROXY}" ]
            routes:
              - path: /cdn
                plugins: [ region: { allow: [ LU ], tiers: { business: {} } } ]
                upstream: shop
              - path: /database
                plugins: [ region: { database: "${COUNTRIES}", deny: [ DE ], unknown: pass } ]
                upstream: shop
              - path: /role
                feature: basic_orders
                plugins: [ role: { any: [ analyst ], teams: { claim: org.teams, any: [ pricing ] } } ]
                upstream: shop
              - path: /open
                plugins: [ schedule: { days: [ mon-sun ], hours: 00:00-24:00, from: 2020-01-01 } ]
                upstream: shop
              - path: /soon
                plugins: [ schedule: { from: 2999-01-01 } ]
                upstream: shop
              - path: /over
                plugins: [ schedule: { until: 2020-01-01 } ]
                upstream: shop
                denials: { format: problem }
              - path: /checkout
                plugins: [ experiment: { name: new-checkout, weights: { a: 50, b: 30, c: 20 }, off: "${OFF}" } ]
                upstream: shop
              - path: /tried-out
                plugins:
                  - experiment: { name: tried-out, weights: { a: 1, b: 1 } }
                    mode: shadow
                upstream: shop
              - path: /only-c
                plugins: [ experiment: { name: new-checkout, weights: { a: 50, b: 30, c: 20 }, allow: [ c ] } ]
                upstream: shop
            """;

    /** Stores whose variant of {@code new-checkout} is a, and c. */
    private static final String OF_A = "42";

    private static final String OF_C = "tea-corner";

    @TempDir
    static Path folder;

    private static RunningGateway gateway;

    @BeforeAll
    static void start() throws Exception {
        var countries = Files.write(
                folder.resolve("countries.mmdb"),
                new MmdbWriter(6, "GeoLite2-Country")
                        .add("192.0.2.0/24", "LU")
                        .add("2001:db8::/32", "DE")
                        .bytes());
        gateway = RunningGateway.start(
                with("127.0.0.1", "false"),
                Map.of("COUNTRIES", countries.toString()),
                PluginCatalogue.ofClassPath().checks());
        gateway.store(OF_A, "essential");
        gateway.store(OF_C, "business");
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
    @CsvSource({"42, LU, 200", "42, DE, 403", "42, XX, 403", "tea-corner, DE, 200", "tea-corner, XX, 403"})
    void a_country_comes_from_the_header_of_a_trusted_proxy(String store, String country, int status) {
        var answer = get(store, Map.of(), "/cdn", "CF-IPCountry: " + country + "\r\n");
        assertThat(answer.status()).isEqualTo(status);
        if (status == 403) {
            assertThat(json(answer).getString("reason")).isEqualTo("region_blocked");
        }
    }

    @Test
    void nobody_else_is_believed() throws Exception {
        serve("192.0.2.1", "false");
        try {
            assertThat(get(OF_A, Map.of(), "/cdn", "CF-IPCountry: LU\r\n").status())
                    .isEqualTo(403);
        } finally {
            serve("127.0.0.1", "false");
        }
        assertThat(get(OF_A, Map.of(), "/cdn", "CF-IPCountry: LU\r\n").status()).isEqualTo(200);
    }

    @ParameterizedTest
    @CsvSource({"192.0.2.1, 200", "2001:db8::1, 403", "198.51.100.1, 200"})
    void a_country_comes_from_the_database_for_the_address_that_a_trusted_proxy_names(String address, int status) {
        assertThat(get(OF_A, Map.of(), "/database", "X-Forwarded-For: " + address + "\r\n")
                        .status())
                .isEqualTo(status);
    }

    @Test
    void roles_and_teams_come_from_the_token() {
        Map<String, Object> teams = Map.of("teams", List.of("pricing"));
        assertThat(get(OF_A, Map.of("roles", List.of("analyst"), "org", teams), "/role", "")
                        .status())
                .isEqualTo(200);
        var refused = get(OF_A, Map.of("roles", List.of("analyst")), "/role", "");
        assertThat(refused.status()).isEqualTo(403);
        assertThat(json(refused).getString("reason")).isEqualTo("role_missing");
        assertThat(json(refused).getString("feature_code")).isEqualTo("basic_orders");
    }

    @Test
    void a_refusal_says_when_it_opens() {
        assertThat(get(OF_A, Map.of(), "/open", "").status()).isEqualTo(200);
        var soon = get(OF_A, Map.of(), "/soon", "");
        assertThat(soon.status()).isEqualTo(403);
        assertThat(json(soon).getString("reason")).isEqualTo("outside_schedule");
        assertThat(json(soon).getString("opens_at")).isEqualTo("2999-01-01T00:00:00Z");
        assertThat(Long.parseLong(soon.header("Retry-After").orElseThrow())).isPositive();
    }

    @Test
    void what_is_closed_for_good_says_no_time() {
        var over = get(OF_A, Map.of(), "/over", "");
        assertThat(over.status()).isEqualTo(403);
        assertThat(json(over).getString("title")).isEqualTo("Outside schedule");
        assertThat(json(over).containsKey("opens_at")).isTrue();
        assertThat(json(over).getValue("opens_at")).isNull();
        assertThat(over.header("Retry-After")).isEmpty();
    }

    @Test
    void the_backend_is_told_the_variant_whatever_the_client_says() {
        assertThat(get(OF_A, Map.of(), "/checkout", "X-Experiment-new-checkout: c\r\n")
                        .status())
                .isEqualTo(200);
        assertThat(gateway.backend().last().headers("X-Experiment-new-checkout"))
                .containsExactly("a");
    }

    @Test
    void an_exposure_is_counted_once_the_backend_has_got_it() {
        var before = exposures("new-checkout", "a");
        get(OF_A, Map.of(), "/checkout", "");
        assertThat(exposures("new-checkout", "a") - before).isEqualTo(1);
    }

    @Test
    void an_experiment_in_shadow_tells_the_backend_nothing_and_counts_nobody() {
        assertThat(get(OF_A, Map.of(), "/tried-out", "").status()).isEqualTo(200);
        assertThat(gateway.backend().last().header("X-Experiment-tried-out")).isEmpty();
        assertThat(exposures("tried-out", "a") + exposures("tried-out", "b")).isZero();
    }

    private static double exposures(String experiment, String variant) {
        return gateway.metric("tiergate_plugin_experiment_exposures_total{experiment=\"" + experiment + "\",variant=\""
                + variant + "\"}");
    }

    @Test
    void a_variant_can_be_the_gate() {
        assertThat(get(OF_C, Map.of(), "/only-c", "").status()).isEqualTo(200);
        var refused = get(OF_A, Map.of(), "/only-c", "");
        assertThat(refused.status()).isEqualTo(403);
        assertThat(json(refused).getString("reason")).isEqualTo("experiment_excluded");
    }

    @Test
    void an_experiment_is_switched_off_while_the_gateway_runs() throws Exception {
        get(OF_C, Map.of(), "/checkout", "");
        assertThat(gateway.backend().last().header("X-Experiment-new-checkout")).contains("c");
        serve("127.0.0.1", "true");
        try {
            get(OF_C, Map.of(), "/checkout", "");
            assertThat(gateway.backend().last().header("X-Experiment-new-checkout"))
                    .contains("a");
        } finally {
            serve("127.0.0.1", "false");
        }
    }

    private static String with(String proxy, String off) {
        return ROUTES.replace("${PROXY}", proxy).replace("\"${OFF}\"", off);
    }

    private static void serve(String proxy, String off) throws Exception {
        gateway.write(with(proxy, off));
        gateway.await(gateway.gateway().checkRoutes());
    }

    private static JsonObject json(RawClient.Response answer) {
        return new JsonObject(answer.text());
    }

    private static RawClient.Response get(String store, Map<String, ?> claims, String path, String headers) {
        return gateway.exchange("GET " + path + " HTTP/1.1\r\nHost: gw.test\r\nAuthorization: Bearer "
                + gateway.token(store, claims) + "\r\n" + headers + "\r\n");
    }
}
