package dev.tiergate;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tiergate.fixtures.Ports;
import dev.tiergate.fixtures.RawBackend;
import dev.tiergate.fixtures.RawClient;
import dev.tiergate.fixtures.RecordingBackend.Received;
import dev.tiergate.plugin.Reason;
import io.vertx.core.json.JsonObject;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;

/** Gateways of one dialect in a world where everything that can be refused is, and how each reason is caused there. */
final class RefusalScene implements AutoCloseable {

    /** How refusals look, {@code denials.format}. */
    enum Dialect {
        ORION,
        PROBLEM,
        PHOENIX;

        String contentType() {
            return this == PROBLEM ? "application/problem+json" : "application/json";
        }
    }

    /** Makes a request that is refused for one reason; its answer. */
    @FunctionalInterface
    interface Cause {
        RawClient.Response by(RefusalScene scene) throws Exception;
    }

    static final Map<Reason, Cause> CAUSES = causes();

    /** On requests that must not reach a backend. */
    private static final String REFUSED = "X-To-Be-Refused";

    /** What an upstream with one connection holds and keeps waiting. */
    private static final int ROOM = 5;

    private static final String LEAST = "routes: [ { path: /wait, public: true, upstream: shop } ]\n";

    private static final String GATING = """
            gating:
              on-limits-down: deny
              denials: { format: FORMAT }
            """;

    private static final String AUTH = """
            auth:
              jwt:
                public-keys: [ "${KEY}" ]
                algorithms: [ RS256 ]
                issuer: https://id.example.com/
                audience: shop
            """;

    private static final String NO_KEYS = """
            auth:
              jwt:
                jwks: ${GONE}/keys
                algorithms: [ RS256 ]
                issuer: https://id.example.com/
                audience: shop
            routes:
              - { path: /account, upstream: shop }
            """;

    private static final String ROUTES = """
            version: 1
            upstreams:
              shop: { endpoints: [ "${SHOP}" ] }
              gone: { endpoints: [ "${GONE}" ], connect-timeout: 1s }
              spared: { endpoints: [ "${GONE}" ], connect-timeout: 1s, circuit-breaker: { failures: 1, open-for: 1h } }
              silent: { endpoints: [ "${SILENT}" ], response-timeout: 200ms }
              impatient: { endpoints: [ "${SHOP}" ], idle-timeout: 200ms }
              narrow: { endpoints: [ "${SHOP}" ], max-connections: 1, connect-timeout: 10s }
            body: { max: 64KiB, inspect: 1KiB }
            routes:
              - { path: /open, methods: [ GET, POST ], public: true, upstream: shop }
              - { path: /account, upstream: shop }
              - { path: /post, methods: [ POST ], upstream: shop }
              - { path: /feature, feature: advanced_analytics, upstream: shop }
              - { path: /minimum, minimum-tier: business, upstream: shop }
              - { path: /inactive, feature: basic_theme, upstream: shop }
              - { path: /dependent, feature: basic_support, upstream: shop }
              - { path: /disabled, feature: basic_analytics, upstream: shop }
              - { path: /kept, feature: basic_orders, upstream: shop }
              - { path: /unknown, feature: loyalty_program, upstream: shop }
              - { path: /model, feature: basic_products, model: { name: model, required: true }, upstream: shop }
              - { path: /limit, charge: [ { limit: orders, cost: 100 } ], upstream: shop }
              - { path: /keyed, methods: [ POST ], feature: basic_orders, idempotency-key: required, upstream: shop }
              - { path: /slot, charge: [ { limit: streams, cost: 1 } ], upstream: shop }
              - { path: /broken, plugins: [ { broken: {} } ], upstream: shop }
              - { path: /gone, public: true, upstream: gone }
              - { path: /spared, public: true, upstream: spared }
              - { path: /silent, public: true, upstream: silent }
              - { path: /impatient, public: true, upstream: impatient }
              - { path: /narrow, public: true, upstream: narrow }
              - { path: /redirect, feature: advanced_analytics, denials: { html: redirect }, upstream: shop }
              - { path: /own/phoenix, feature: advanced_analytics, denials: { format: phoenix }, upstream: shop }
              - { path: /own/problem, feature: advanced_analytics, denials: { format: problem }, upstream: shop }
              - path: /cors
                feature: advanced_analytics
                cors: { origins: [ "https://page.example.com" ], methods: [ GET ] }
                upstream: shop
            """;

    private static final String CATALOGUE = """
            UPDATE features SET is_active = false WHERE code = 'basic_theme';
            UPDATE features SET dependencies = '{advanced_analytics}' WHERE code = 'basic_support';
            INSERT INTO limits (code, name, "window") VALUES ('streams', 'Streams', 'concurrent');
            INSERT INTO tier_limits (tier_code, limit_code, limit_value) VALUES ('essential', 'streams', 1);
            INSERT INTO model_groups (code, name, models) VALUES
                ('standard', 'Standard', '{small}'), ('premium', 'Premium', '{large}');
            INSERT INTO tier_model_groups (tier_code, group_code) VALUES ('essential', 'standard'),
                ('professional', 'standard'), ('business', 'standard'), ('business', 'premium'),
                ('enterprise', 'standard'), ('enterprise', 'premium')
            """;

    private final Dialect dialect;
    private final RawBackend silent = RawBackend.silent();
    private final RunningGateway gateway;
    private final RunningGateway withoutCounters;
    private final RunningGateway withoutKeys;

    private RefusalScene(Dialect dialect) throws Exception {
        this.dialect = dialect;
        var gone = "http://127.0.0.1:" + Ports.free();
        gateway = RunningGateway.start(
                LEAST,
                Map.of("GONE", gone, "SILENT", silent.uri(), "TIERGATE_EVENT_LOOPS", "1"),
                List.of(new ThrowingPlugin()));
        withoutCounters = RunningGateway.start(
                gating() + "routes: [ { path: /limit, charge: [ { limit: orders, cost: 1 } ], upstream: shop } ]",
                Map.of("TIERGATE_REDIS_URL", "redis://127.0.0.1:" + Ports.free()),
                List.of());
        withoutKeys = RunningGateway.begin(NO_KEYS + gating(), Map.of("GONE", gone), List.of());
    }

    static RefusalScene open(Dialect dialect) throws Exception {
        var scene = new RefusalScene(dialect);
        scene.gateway.sql(CATALOGUE);
        scene.serve(ROUTES + AUTH + scene.gating());
        scene.fill();
        return scene;
    }

    private void fill() {
        gateway.sql("DELETE FROM features WHERE code = 'loyalty_program'");
        for (var store : List.of("essential", "suspended", "disabled", "limit", "slot", "kept", "unreadable")) {
            gateway.store(id(store), "essential");
        }
        withoutCounters.store(id("essential"), "essential");
        gateway.sql("UPDATE stores SET status = 'suspended' WHERE external_id = '" + id("suspended") + "'");
        gateway.sql("INSERT INTO store_feature_overrides (store_id, feature_code, enabled) "
                + "SELECT id, 'basic_analytics', false FROM stores WHERE external_id = '" + id("disabled") + "'");
        gateway.sql("INSERT INTO feature_roles (store_id, feature_code, roles) "
                + "SELECT id, 'basic_orders', '{clerk}' FROM stores WHERE external_id = '" + id("kept") + "'");
        // a row that the database itself would refuse
        gateway.sql("ALTER TABLE stores DISABLE TRIGGER USER;"
                + "UPDATE stores SET time_zone = 'Nowhere/None' WHERE external_id = '" + id("unreadable") + "';"
                + "ALTER TABLE stores ENABLE TRIGGER USER");
        Eventually.so(
                "the feature is unknown",
                () -> refused("/unknown", "essential").status() == Reason.FEATURE_UNKNOWN.status());
    }

    /** A file that names what a catalogue does not have yet is refused until it has. */
    private void serve(String file) {
        var edition = new int[1];
        Eventually.so("the file serves", () -> {
            reload(file + "# edition " + ++edition[0]);
            var status = new JsonObject(gateway.admin("/status").text());
            return status.getJsonObject("routes").getInteger("generation") > 1;
        });
    }

    private void reload(String file) {
        try {
            gateway.write(file.getBytes(StandardCharsets.UTF_8));
            gateway.await(gateway.gateway().checkRoutes());
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    private String gating() {
        return GATING.replace("FORMAT", dialect.name().toLowerCase(Locale.ROOT));
    }

    /** Counters are told apart by the store alone, and all gateways of a test run share them. */
    private String id(String store) {
        return "refused-" + dialect.name().toLowerCase(Locale.ROOT) + "-" + store;
    }

    String code(String store) {
        return "store-" + id(store);
    }

    /** What reached the backend of all that should not have. */
    List<Received> reached() {
        return gateway.backend().requests().stream()
                .filter(request -> request.header(REFUSED).isPresent())
                .toList();
    }

    /** @param store null for a request without a token */
    RawClient.Response refused(String method, String target, String store, String headers) {
        return gateway.exchange(request(gateway, method, target, store, headers + REFUSED + ": 1\r\n", ""));
    }

    private RawClient.Response refused(String target, String store) {
        return refused("GET", target, store, "");
    }

    private RawClient.Response posted(String target, String headers, String body) {
        return gateway.exchange(request(
                gateway,
                "POST",
                target,
                "essential",
                headers + REFUSED + ": 1\r\nContent-Length: " + body.length() + "\r\n",
                body));
    }

    private String request(RunningGateway to, String method, String target, String store, String headers, String body) {
        var token = store == null ? "" : "Authorization: Bearer " + to.token(id(store)) + "\r\n";
        return method + ' ' + target + " HTTP/1.1\r\nHost: gw.test\r\n" + token + headers + "\r\n" + body;
    }

    private static Map<Reason, Cause> causes() {
        var causes = new LinkedHashMap<Reason, Cause>();
        ofTheRequest(causes);
        ofTheStore(causes);
        ofTheWorld(causes);
        return causes;
    }

    private static void ofTheRequest(Map<Reason, Cause> causes) {
        causes.put(Reason.BAD_REQUEST, scene -> scene.gateway.exchange("GET /open HTTP/1.1\r\n\r\n"));
        causes.put(Reason.AMBIGUOUS_PATH, scene -> scene.refused("/open/../feature", null));
        causes.put(Reason.AMBIGUOUS_BODY, scene -> scene.refused("/model?model=a&model=b", "essential"));
        causes.put(Reason.MODEL_REQUIRED, scene -> scene.refused("/model", "essential"));
        causes.put(Reason.IDEMPOTENCY_KEY_REQUIRED, scene -> scene.posted("/keyed", "", ""));
        causes.put(Reason.IDEMPOTENCY_KEY_INVALID, scene -> scene.posted("/keyed", "Idempotency-Key: a b\r\n", ""));
        causes.put(Reason.AUTHENTICATION_REQUIRED, scene -> scene.refused("/account", null));
        causes.put(
                Reason.INVALID_TOKEN,
                scene -> scene.refused("GET", "/account", null, "Authorization: Bearer a.b.c\r\n"));
        causes.put(Reason.NO_ROUTE, scene -> scene.refused("/nowhere", "essential"));
        causes.put(Reason.METHOD_NOT_ALLOWED, scene -> scene.refused("/post", "essential"));
        causes.put(Reason.REQUEST_TIMEOUT, RefusalScene::halfABody);
        causes.put(
                Reason.BODY_TOO_LARGE,
                scene -> scene.refused("POST", "/open", null, "Content-Length: 65537\r\nExpect: 100-continue\r\n"));
        causes.put(Reason.TARGET_TOO_LONG, scene -> scene.refused("/open?" + "x".repeat(8192), null));
        causes.put(
                Reason.UNSUPPORTED_ENCODING,
                scene -> scene.posted("/model", "Content-Type: text/plain\r\n", "model=small"));
        causes.put(
                Reason.UPGRADE_UNKNOWN,
                scene -> scene.refused("GET", "/open", null, "Connection: upgrade\r\nUpgrade: irc\r\n"));
        causes.put(
                Reason.HEADERS_TOO_LARGE,
                scene -> scene.refused("GET", "/open", null, "X-Long: " + "x".repeat(17 * 1024) + "\r\n"));
    }

    private static void ofTheStore(Map<Reason, Cause> causes) {
        causes.put(Reason.STORE_UNKNOWN, scene -> scene.refused("/account", "nobody"));
        causes.put(Reason.STORE_SUSPENDED, scene -> scene.refused("/account", "suspended"));
        causes.put(Reason.FEATURE_INACTIVE, scene -> scene.refused("/inactive", "essential"));
        causes.put(Reason.FEATURE_DISABLED_FOR_STORE, scene -> scene.refused("/disabled", "disabled"));
        causes.put(Reason.TIER_TOO_LOW, scene -> scene.refused("/feature", "essential"));
        causes.put(Reason.ROLE_MISSING, scene -> scene.refused("/kept", "kept"));
        causes.put(Reason.NO_SUCH_FEATURE, scene -> scene.refused("/api/v1/store/features/nothing", "essential"));
        causes.put(Reason.NO_SUCH_LIMIT, scene -> scene.refused("/api/v1/store/usage/check/nothing", "essential"));
        causes.put(Reason.DEPENDENCY_MISSING, scene -> scene.refused("/dependent", "essential"));
        causes.put(Reason.MODEL_NOT_ALLOWED, scene -> scene.refused("/model?model=large", "essential"));
        causes.put(Reason.LIMIT_REACHED, scene -> {
            scene.gateway.exchange(scene.request(scene.gateway, "GET", "/limit", "limit", "", ""));
            return scene.refused("/limit", "limit");
        });
        causes.put(Reason.IDEMPOTENCY_KEY_REUSED, scene -> {
            scene.gateway.exchange(scene.keyed("reused", "first"));
            return scene.posted("/keyed", "Idempotency-Key: reused\r\n", "second");
        });
        causes.put(Reason.IDEMPOTENCY_IN_FLIGHT, RefusalScene::twiceAtOnce);
        causes.put(Reason.CONCURRENCY_REACHED, RefusalScene::secondSlot);
    }

    private static void ofTheWorld(Map<Reason, Cause> causes) {
        causes.put(Reason.UPSTREAM_UNAVAILABLE, scene -> scene.refused("/gone", null));
        causes.put(Reason.UPSTREAM_TIMEOUT, scene -> scene.refused("/silent", null));
        causes.put(Reason.ENTITLEMENTS_UNAVAILABLE, scene -> scene.refused("/account", "unreadable"));
        causes.put(
                Reason.LIMITS_UNAVAILABLE,
                scene -> scene.withoutCounters.exchange(
                        scene.request(scene.withoutCounters, "GET", "/limit", "essential", "", "")));
        causes.put(Reason.FEATURE_UNKNOWN, scene -> scene.refused("/unknown", "essential"));
        causes.put(
                Reason.KEYS_UNAVAILABLE,
                scene -> scene.withoutKeys.exchange(
                        scene.request(scene.withoutKeys, "GET", "/account", "essential", "", "")));
        causes.put(Reason.CHECK_FAILED, scene -> scene.refused("/broken", "essential"));
        causes.put(Reason.OVERLOADED, RefusalScene::oneTooMany);
        causes.put(Reason.CIRCUIT_OPEN, scene -> {
            scene.refused("/spared", null);
            return scene.refused("/spared", null);
        });
    }

    private static RawClient.Response halfABody(RefusalScene scene) {
        try (var client = RawClient.connect(scene.gateway.port())) {
            return client.exchange("POST /impatient HTTP/1.1\r\nHost: gw.test\r\nContent-Length: 10\r\n\r\nhalf ");
        }
    }

    private String keyed(String key, String body) {
        var headers = "Idempotency-Key: " + key + "\r\nContent-Length: " + body.length() + "\r\n";
        return request(gateway, "POST", "/keyed", "essential", headers, body);
    }

    private static RawClient.Response twiceAtOnce(RefusalScene scene) {
        try (var held = scene.gateway.backend().hold();
                var first = RawClient.connect(scene.gateway.port())) {
            var before = scene.gateway.backend().count();
            first.send(scene.keyed("in-flight", "body"));
            scene.gateway.backend().awaitRequests(before + 1);
            return scene.posted("/keyed", "Idempotency-Key: in-flight\r\n", "body");
        }
    }

    private static RawClient.Response secondSlot(RefusalScene scene) {
        try (var held = scene.gateway.backend().hold();
                var first = RawClient.connect(scene.gateway.port())) {
            var before = scene.gateway.backend().count();
            first.send(scene.request(scene.gateway, "GET", "/slot", "slot", "", ""));
            scene.gateway.backend().awaitRequests(before + 1);
            var second = scene.refused("/slot", "slot");
            held.release();
            assertThat(first.read().status()).isEqualTo(200);
            return second;
        }
    }

    /** Whichever comes last is one too many, and is answered while the others wait. */
    private static RawClient.Response oneTooMany(RefusalScene scene) throws Exception {
        var threads = Executors.newFixedThreadPool(ROOM + 1);
        var answers = new ArrayList<CompletableFuture<RawClient.Response>>();
        var request = scene.request(scene.gateway, "GET", "/narrow", null, "", "");
        try (var held = scene.gateway.backend().hold()) {
            for (int i = 0; i <= ROOM; i++) {
                answers.add(CompletableFuture.supplyAsync(() -> scene.gateway.exchange(request), threads));
            }
            var refused = CompletableFuture.anyOf(answers.toArray(CompletableFuture[]::new))
                    .get(Eventually.PATIENCE.toSeconds(), TimeUnit.SECONDS);
            held.release();
            for (var answer : answers) {
                answer.get(Eventually.PATIENCE.toSeconds(), TimeUnit.SECONDS);
            }
            return (RawClient.Response) refused;
        } finally {
            threads.shutdown();
        }
    }

    @Override
    public void close() throws Exception {
        gateway.close();
        withoutCounters.close();
        withoutKeys.close();
        silent.close();
    }
}
