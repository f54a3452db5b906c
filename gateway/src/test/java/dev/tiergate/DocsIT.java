package dev.tiergate;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.stream.Collectors.toCollection;
import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import dev.tiergate.fixtures.RawClient;
import dev.tiergate.fixtures.RecordingBackend;
import io.vertx.core.json.JsonObject;
import java.nio.file.Files;
import java.util.HexFormat;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

/** What the pages promise of a running gateway, a running gateway has: metrics, log lines, headers, operators' answers. */
class DocsIT {

    private static final String SIGN_KEY = "0123456789abcdef0123456789abcdef";

    private static final String TRACE =
            "traceparent: 00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01\r\ntracestate: vendor=1\r\n";

    /** What a health check asks for; it has no request behind it. */
    private static final String PROBED = "/probed";

    private static final String FIRST = "routes: [ { path: /health, public: true, upstream: shop } ]\n";

    /** Everything that makes a metric, a log key or a header. */
    private static final String ROUTES = """
            version: 1
            upstreams:
              shop:
                endpoints: [ "${SHOP}" ]
                sign-key: "${SIGN_KEY}"
                circuit-breaker: {}
              checked: { endpoints: [ "${SHOP}" ], health-check: { path: /probed, interval: 1h } }
            auth:
              jwt:
                jwks: ${SHOP}/jwks.json
                algorithms: [ RS256 ]
                issuer: https://id.example.com/
                audience: shop
            gating: { entitlements: { ttl: 1s, max-stale: 1h } }
            events: { sinks: { nowhere: { post: { url: "http://127.0.0.1:9/" } } } }
            routes:
              - { path: /health, public: true, upstream: shop }
              - { path: /api/analytics/**, feature: advanced_analytics, upstream: shop }
              - { path: /api/orders, methods: [ POST ], feature: basic_orders, upstream: shop }
              - path: /api/import
                methods: [ POST ]
                feature: basic_products
                charge: [ { limit: products, cost: 1000 } ]
                upstream: shop
              - { path: /api/model, feature: basic_products, model: { from: [ query ], name: model }, upstream: shop }
              - { path: /api/broken, plugins: [ broken: {} ], upstream: shop }
              - path: /api/degraded
                feature: advanced_analytics
                plugins: [ offers: { query: { quality: sd } } ]
                upstream: shop
              - { path: /api/account, upstream: shop }
            """;

    /** What cannot be sent without meaning it, and words of the table that are no names. */
    private static final Set<String> UNSENT =
            Set.of("Connection", "Expect", "Host", "Transfer-Encoding", "Upgrade", "trailers", "strip");

    private static final Pattern SAMPLE = Pattern.compile("(?m)^([a-z_]+)(?:\\{(.*)})? \\S+$");
    private static final Pattern LABEL = Pattern.compile("([a-z_]+)=\"");

    /** Writes the fault that a test makes on purpose, with its stack. */
    private static final Logger FAULTS = (Logger) LoggerFactory.getLogger("dev.tiergate.plugins");

    private static RunningGateway gateway;
    private static LogLines decisions;

    @BeforeAll
    static void start() throws Exception {
        decisions = LogLines.of("dev.tiergate.decision", Level.DEBUG).alone();
        FAULTS.setLevel(Level.OFF);
        gateway = RunningGateway.start(
                FIRST, Map.of("SIGN_KEY", SIGN_KEY), List.of(new ThrowingPlugin(), new OfferingPlugin()));
        gateway.backend()
                .respondWith(received -> new RecordingBackend.Answer(
                        200,
                        Map.of(),
                        received.target().equals("/jwks.json") ? gateway.mint().jwks() : "{}"));
        gateway.store("1", "essential");
        gateway.store("2", "business");
        gateway.store("3", "essential");
        // a row that the database itself would refuse
        gateway.sql("ALTER TABLE stores DISABLE TRIGGER USER;"
                + "UPDATE stores SET time_zone = 'Nowhere/None' WHERE external_id = '3';"
                + "ALTER TABLE stores ENABLE TRIGGER USER");
        Files.writeString(gateway.routesFile(), ROUTES);
        Eventually.so("the routes serve", () -> status().getJsonObject("routes").getInteger("generation") == 2);
    }

    @AfterAll
    static void stop() throws Exception {
        decisions.close();
        FAULTS.setLevel(null);
        gateway.close();
    }

    @Test
    void every_metric_stands_in_metrics_with_its_labels_and_no_other_does() {
        eachKindOfRequest();
        Map<String, Set<String>> real = SAMPLE.matcher(gateway.admin("/metrics").text())
                .results()
                .collect(Collectors.toMap(
                        found -> found.group(1).replaceFirst("(?<=_seconds)_(bucket|count|sum|max)$", ""),
                        found -> labels(found.group(2)),
                        DocsIT::union));
        Map<String, Set<String>> documented = Docs.table("docs/operations.md", "## Metrics").stream()
                .collect(Collectors.toMap(row -> row.get(0).replace("`", ""), row -> Docs.code(row.get(1))));
        assertThat(real).isEqualTo(documented);
    }

    @Test
    void every_log_key_stands_in_the_lines_and_no_other_does() {
        eachKindOfRequest();
        Eventually.so("lines are left out", () -> {
            gateway.exchange("GET /api/account HTTP/1.1\r\nHost: gw.test\r\n\r\n");
            return keys().contains("suppressed");
        });
        assertThat(keys()).isEqualTo(Docs.code(Docs.table("docs/operations.md", "dev.tiergate.decision"), 0));
    }

    @Test
    void operators_get_the_answers_that_the_page_shows() {
        var examples = Docs.blocks(Docs.root().resolve("docs/operations.md"), "json").stream()
                .map(JsonObject::new)
                .toList();
        var ready = new JsonObject(gateway.admin("/ready").text());
        assertThat(ready.fieldNames()).isEqualTo(examples.get(0).fieldNames());
        var dependencies = ready.getJsonObject("dependencies").fieldNames();
        assertThat(dependencies)
                .isEqualTo(examples.get(0).getJsonObject("dependencies").fieldNames())
                .isEqualTo(examples.get(1).getJsonObject("dependencies").fieldNames())
                .containsExactlyInAnyOrderElementsOf(Docs.code(Docs.table("docs/operations.md", "| dependency |"), 0));
        assertThat(upstreamMembers(status())).isEqualTo(upstreamMembers(examples.get(2)));
        for (var section : List.of("routes", "gating", "entitlements", "limits")) {
            assertThat(status().getJsonObject(section).fieldNames())
                    .isEqualTo(examples.get(2).getJsonObject(section).fieldNames());
        }
    }

    private static List<Set<String>> upstreamMembers(JsonObject status) {
        var upstream = status.getJsonObject("upstreams").getJsonObject("shop");
        return List.of(
                upstream.fieldNames(),
                upstream.getJsonObject("circuit").fieldNames(),
                upstream.getJsonArray("endpoints").getJsonObject(0).fieldNames());
    }

    @Test
    void a_client_gets_the_headers_that_the_page_names() {
        var seen = Stream.of(
                        send("POST", "/api/orders", "2", ""),
                        send("GET", "/api/analytics/x", "1", ""),
                        send("GET", "/api/orders", "1", ""),
                        send("GET", "/api/account", null, ""),
                        send("GET", "/api/account", "3", ""),
                        send("GET", "/health", null, "Connection: upgrade\r\nUpgrade: irc\r\n"))
                .flatMap(answer -> answer.headers().stream())
                .map(header -> header.name().toLowerCase(Locale.ROOT))
                .collect(Collectors.toSet());
        assertThat(seen).containsAll(lower(Docs.code(Docs.table("docs/http.md", "## To the client"), 0)));
    }

    @Test
    void a_backend_gets_the_headers_that_the_page_names_and_no_other_of_the_gateways() {
        gateway.backend().reset();
        send("GET", "/api/analytics/x", "2", TRACE);
        untilStale(() -> send("GET", "/api/analytics/x", "2", ""));
        var seen = gateway.backend().requests().stream()
                .filter(request -> !request.target().equals(PROBED))
                .flatMap(request -> request.headers().stream())
                .map(header -> header.name().toLowerCase(Locale.ROOT))
                .filter(name -> !Set.of("host", "authorization", "accept", "content-length")
                        .contains(name))
                .collect(toCollection(TreeSet::new));
        assertThat(seen).isEqualTo(lower(Docs.code(Docs.table("docs/http.md", "## To the backend"), 0)));
    }

    @Test
    void a_backend_gets_nothing_that_the_page_calls_removed() {
        gateway.backend().reset();
        for (var row : Docs.table("docs/http.md", "### What is removed")) {
            var sent = Docs.code(row.get(1)).stream()
                    .filter(name -> !UNSENT.contains(name))
                    .map(name -> name.replace("*", "Spoofed") + ": spoofed\r\n")
                    .collect(Collectors.joining());
            send("GET", "/health", null, sent + sent.replace('-', '_').replace("X_", "x_"));
        }
        send("GET", "/health", null, "Connection: X-Named\r\nX-Named: spoofed\r\n");
        assertThat(gateway.backend().requests())
                .hasSizeGreaterThan(4)
                .allSatisfy(request -> assertThat(request.headers().toString()).doesNotContain("spoofed"));
    }

    @Test
    void the_signature_is_what_the_page_says() throws Exception {
        gateway.backend().reset();
        send("GET", "/api/analytics/x", "2", "");
        var request = gateway.backend().last();
        var parts = request.header("X-Tiergate-Signature").orElseThrow().split("[=,]");
        var text = String.join(
                "\n",
                request.header("X-Tiergate-Store-Id").orElseThrow(),
                request.header("X-Tiergate-Feature").orElseThrow(),
                request.header("X-Request-Id").orElseThrow(),
                parts[1]);
        var mac = Mac.getInstance("HmacSHA256");
        mac.init(new SecretKeySpec(SIGN_KEY.getBytes(UTF_8), "HmacSHA256"));
        assertThat(parts)
                .containsExactly("t", parts[1], "v1", HexFormat.of().formatHex(mac.doFinal(text.getBytes(UTF_8))));
    }

    private static void eachKindOfRequest() {
        assertThat(send("GET", "/health", null, "").status()).isEqualTo(200);
        assertThat(send("GET", "/api/analytics/x", "1", "X-Request-Id: mine\r\n")
                        .status())
                .isEqualTo(403);
        assertThat(send("POST", "/api/import", "1", "").status()).isEqualTo(429);
        assertThat(send("GET", "/api/model?model=none", "1", "").status()).isEqualTo(403);
        assertThat(send("GET", "/api/broken", "1", "").status()).isEqualTo(503);
        assertThat(send("GET", "/api/degraded", "1", "").status()).isEqualTo(200);
        assertThat(send("GET", "/api/account", "3", "").status()).isEqualTo(503);
        assertThat(send("GET", "/health//", null, "").status()).isEqualTo(400);
    }

    private static RawClient.Response send(String method, String target, String store, String headers) {
        var token = store == null ? "" : "Authorization: Bearer " + gateway.token(store) + "\r\n";
        return gateway.exchange(method + ' ' + target + " HTTP/1.1\r\nHost: gw.test\r\nAccept: application/json\r\n"
                + (method.equals("POST") ? "Content-Length: 0\r\n" : "") + token + headers + "\r\n");
    }

    /** Takes the stores away for as long as it takes until the backend is told. */
    private static void untilStale(Runnable request) {
        gateway.sql("ALTER TABLE stores RENAME TO stores_away");
        try {
            Eventually.so("the backend is told", () -> {
                request.run();
                return gateway.backend()
                        .last()
                        .header("X-Tiergate-Entitlements")
                        .isPresent();
            });
            assertThat(gateway.backend()
                            .last()
                            .header("X-Tiergate-Entitlements")
                            .orElseThrow())
                    .matches("stale;age=[0-9]+");
        } finally {
            gateway.sql("ALTER TABLE stores_away RENAME TO stores");
        }
    }

    private static JsonObject status() {
        return new JsonObject(gateway.admin("/status").text());
    }

    private static Set<String> keys() {
        return decisions
                .all()
                .flatMap(line -> line.getKeyValuePairs().stream())
                .map(pair -> pair.key)
                .collect(Collectors.toSet());
    }

    private static Set<String> labels(String text) {
        return text == null
                ? Set.of()
                : LABEL.matcher(text)
                        .results()
                        .map(found -> found.group(1))
                        .filter(label -> !label.equals("le"))
                        .collect(Collectors.toSet());
    }

    private static Set<String> union(Set<String> one, Set<String> other) {
        var all = new LinkedHashSet<>(one);
        all.addAll(other);
        return all;
    }

    private static Set<String> lower(Set<String> names) {
        return names.stream().map(name -> name.toLowerCase(Locale.ROOT)).collect(toCollection(TreeSet::new));
    }
}
