package dev.tiergate.dist;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tiergate.Eventually;
import dev.tiergate.RunningGateway;
import dev.tiergate.fixtures.RawClient;
import dev.tiergate.plugins.PluginCatalogue;
import dev.tiergate.routes.LoadResult;
import io.vertx.core.json.JsonObject;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The plugin as it is shipped, on a running gateway with its Redis: each test has a store with 100 orders a month. */
class QuotaCostPluginIT {

    private static final String ROUTES = """
            routes:
              - path: /upload
                methods: [ POST ]
                charge: [ { limit: orders, by: { quota-cost: { body: 1KiB } }, max: 60 } ]
                upstream: shop
              - path: /export
                charge: [ { limit: orders, by: { quota-cost: { query: rows, per: 100 } }, max: 50, default: 2, on: success } ]
                upstream: shop
              - path: /chat
                charge:
                  - limit: orders
                    by: { quota-cost: { headers: { X-Prompt: 1, X-Completion: 4 }, per: 1000 } }
                    max: 64
                    default: 8
                upstream: shop
            """;

    private static final AtomicInteger STORES = new AtomicInteger();

    private static RunningGateway gateway;

    private String store = "";

    @BeforeAll
    static void start() throws Exception {
        gateway = RunningGateway.start(
                ROUTES, Map.of(), PluginCatalogue.ofClassPath().checks());
    }

    @AfterAll
    static void stop() throws Exception {
        gateway.close();
    }

    @BeforeEach
    void open() {
        gateway.backend().reset();
        store = "cost-" + STORES.incrementAndGet();
        gateway.store(store, "essential");
    }

    @ParameterizedTest
    @CsvSource({"0, 0", "1, 1", "1024, 1", "1025, 2", "61440, 60", "61441, 60"})
    void a_body_with_a_length_costs_by_it(int bytes, int units) {
        var answer = send("POST /upload", "Content-Length: " + bytes + "\r\n", "x".repeat(bytes));
        assertThat(answer.status()).isEqualTo(200);
        assertUsed(units);
    }

    @ParameterizedTest
    @CsvSource({"0, 0", "1, 1", "1024, 1", "1025, 2", "61440, 60", "70000, 60"})
    void a_body_without_one_costs_by_what_came(int bytes, int units) {
        var chunk = bytes == 0 ? "" : Integer.toHexString(bytes) + "\r\n" + "x".repeat(bytes) + "\r\n";
        var answer = send("POST /upload", "Transfer-Encoding: chunked\r\n", chunk + "0\r\n\r\n");
        assertThat(answer.status()).isEqualTo(200);
        assertThat(gateway.backend().last().length()).isEqualTo(bytes);
        assertUsed(units);
    }

    @Test
    void where_the_most_does_not_fit_a_body_of_unknown_length_is_refused_and_a_small_one_is_not() {
        send("POST /upload", "Content-Length: 42000\r\n", "x".repeat(42_000)); // 42 units
        var refused = send("POST /upload", "Transfer-Encoding: chunked\r\n", "1\r\nx\r\n0\r\n\r\n");
        assertThat(refused.status()).isEqualTo(429);
        assertThat(new JsonObject(refused.text()).getString("limit_type")).isEqualTo("orders");
        assertThat(send("POST /upload", "Content-Length: 1\r\n", "x").status()).isEqualTo(200);
        assertUsed(43);
    }

    @ParameterizedTest
    @CsvSource({
        "?rows=0, 0", "?rows=1, 1", "?rows=100, 1", "?rows=101, 2", "?rows=5000, 50", "?rows=5001, 50",
        "?rows=99999999999999999999, 50", "'', 2", "?Rows=9, 2", "?rows=-1, 50", "?rows=1e1, 50", "?rows=, 50",
        "?rows=1&rows=1, 50", "?rows=1.0, 50", "?rows=%31, 1",
    })
    void a_parameter_costs_by_its_value(String query, int units) {
        assertThat(send("GET /export" + query, "", "").status()).isEqualTo(200);
        assertUsed(units);
    }

    @Test
    void what_the_backend_refuses_costs_nothing_on_success_and_what_it_fails_at_never_does() {
        gateway.backend().respondWith(422, Map.of(), "");
        assertThat(send("GET /export?rows=many", "", "").status()).isEqualTo(422);
        gateway.backend().respondWith(500, Map.of(), "");
        assertThat(send("POST /upload", "Content-Length: 2048\r\n", "x".repeat(2048))
                        .status())
                .isEqualTo(500);
        assertUsed(0);
    }

    @Test
    void the_last_units_fit_and_one_more_does_not() {
        send("GET /export?rows=5000", "", "");
        send("GET /export?rows=4900", "", "");
        assertThat(send("GET /export?rows=101", "", "").status()).isEqualTo(429);
        assertThat(send("GET /export?rows=0", "", "").status()).isEqualTo(200);
        assertThat(send("GET /export?rows=100", "", "").status()).isEqualTo(200);
        assertThat(send("GET /export?rows=1", "", "").status()).isEqualTo(429);
        assertUsed(100);
    }

    @ParameterizedTest
    @CsvSource(
            nullValues = "none",
            value = {
                "1000, 250, 2", "0, 0, 0", "1001, none, 2", "none, 16000, 64", "none, 16001, 64",
                "99999999999999999999, 1, 64", "none, none, 8", "-1, 1, 8", "1, many, 8", "1.5, 1, 8",
            })
    void tokens_that_the_backend_reports_cost_with_their_weights(
            @Nullable String prompt, @Nullable String completion, int units) {
        var headers = new HashMap<String, String>();
        if (prompt != null) {
            headers.put("X-Prompt", prompt);
        }
        if (completion != null) {
            headers.put("X-Completion", completion);
        }
        gateway.backend().respondWith(200, headers, "");
        var answer = send("GET /chat", "", "");
        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.header("RateLimit").orElseThrow()).startsWith("\"orders\";r=" + (100 - units) + ";");
        assertUsed(units);
    }

    @Test
    void what_costs_are_told_from_is_counted() {
        var malformed = "tiergate_plugin_quota_cost_values_total{by=\"query\",outcome=\"malformed\"}";
        var before = gateway.metric(malformed);
        send("GET /export?rows=many", "", "");
        assertThat(gateway.metric(malformed)).isEqualTo(before + 1);
        assertThat(gateway.admin("/metrics").text())
                .contains("tiergate_plugin_faults_total{kind=\"threw\",plugin=\"quota-cost\"} 0");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "quota-cost: {} | 'body', 'query' and 'headers'",
                "quota-cost: { body: 1MB } | body",
                "quota-cost: { body: 1MiB, query: rows } | one of 'body', 'query' and 'headers'",
                "quota-cost: { body: 1MiB, per: 2 } | has no 'per' beside it",
                "quota-cost: { query: rows, per: 0 } | per",
                "quota-cost: { headers: { X-A: 0 } } | X-A",
                "quota-cost: { headers: { \"X A\": 1 } } | 'X A' is no header name",
                "beta: {} | it does not tell what a request costs; write it under plugins",
            })
    void a_wrong_configuration_is_a_problem_with_its_place(String plugin, String message) throws Exception {
        assertThat(problem("charge: [ { limit: orders, max: 5, by: { " + plugin + " } } ]"))
                .matches("routes\\.yaml:6:[0-9]+: .+")
                .contains(message);
    }

    @Test
    void among_plugins_it_is_an_error() throws Exception {
        assertThat(problem("plugins: [ quota-cost: { body: 1MiB } ]"))
                .endsWith("it tells what a request costs, and refuses nothing; write it under a charge, as by");
    }

    private static String problem(String line) throws Exception {
        var text = """
                version: 1
                upstreams: { shop: { endpoints: [ "http://127.0.0.1:9001" ] } }
                auth: { jwt: { jwks: "https://id.example.com/jwks", algorithms: [ RS256 ] } }
                routes:
                  - path: /x
                    %s
                    upstream: shop
                """.formatted(line);
        var result = PluginCatalogue.ofClassPath().routes(name -> null).load("routes.yaml", text, null);
        assertThat(result).isInstanceOf(LoadResult.Rejected.class);
        var problems = ((LoadResult.Rejected) result).problems();
        assertThat(problems).hasSize(1);
        return problems.get(0).toString();
    }

    private void assertUsed(int units) {
        Eventually.so(units + " units are used", () -> {
            var usage = new JsonObject(
                    send("GET /api/v1/store/usage/check/orders", "", "").text());
            return usage.getInteger("current") == units;
        });
    }

    private RawClient.Response send(String target, String headers, String body) {
        var parts = target.split(" ");
        return gateway.exchange(parts[0] + " " + parts[1] + " HTTP/1.1\r\nHost: gw.test\r\nAuthorization: Bearer "
                + gateway.token(store) + "\r\n" + headers + "\r\n" + body);
    }
}
