package dev.tiergate;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import dev.tiergate.fixtures.RawClient;
import dev.tiergate.fixtures.RecordingBackend;
import io.vertx.core.json.JsonObject;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a plugin offers instead of a refusal, through a whole gateway with two upstreams. */
class FallbacksIT {

    private static final String LEAST = "routes: [ { path: /least, public: true, upstream: shop } ]\n";

    private static final String ROUTES = """
            version: 1
            upstreams:
              shop: { endpoints: [ "${SHOP}" ] }
              thrifty: { endpoints: [ "${THRIFTY}" ] }
            auth:
              jwt:
                public-keys: [ "${KEY}" ]
                algorithms: [ RS256 ]
                issuer: https://id.example.com/
                audience: shop
            routes:
              - { path: /thrifty, public: true, upstream: thrifty }
              - path: /limit
                methods: [ GET, POST ]
                charge: [ { limit: orders, cost: 60 } ]
                idempotency-key: optional
                plugins: [ offers: { upstream: thrifty } ]
                upstream: shop
              - path: /heavy
                charge: [ { limit: orders, cost: 60 } ]
                plugins: [ offers: { headers: { X-Size: small } } ]
                upstream: shop
              - { id: light, path: /heavy, headers: { X-Size: small }, charge: [ { limit: orders, cost: 30 } ], upstream: shop }
              - path: /tier
                feature: advanced_analytics
                check-limits: false
                plugins: [ offers: { query: { quality: sd } } ]
                upstream: shop
              - path: /model
                methods: [ GET, POST ]
                feature: basic_products
                check-limits: false
                model: { from: [ body, query ], name: model }
                plugins: [ offers: { query: { model: small } } ]
                upstream: shop
              - path: /guarded
                minimum-tier: business
                plugins: [ offers: { headers: { X-Quality: sd } } ]
                upstream: shop
              - id: guarded-sd
                path: /guarded
                headers: { X-Quality: sd }
                feature: advanced_analytics
                check-limits: false
                plugins: [ offers: { query: { quality: sd } } ]
                upstream: shop
              - { path: /open, minimum-tier: business, plugins: [ offers: { headers: { X-Quality: sd } } ], upstream: shop }
              - { id: open-sd, path: /open, headers: { X-Quality: sd }, public: true, upstream: shop }
              - { path: /own, plugins: [ offers: { refuses: header_required, upstream: thrifty } ], upstream: shop }
              - { path: /nowhere, minimum-tier: business, plugins: [ offers: { upstream: no-such } ], upstream: shop }
              - path: /throws
                minimum-tier: business
                plugins: [ { offers: { fault: throws } }, { offers: { query: { quality: sd } } } ]
                upstream: shop
              - path: /silent
                minimum-tier: business
                plugins: [ { offers: { fault: silent }, deadline: 50ms }, { offers: { query: { quality: sd } } } ]
                upstream: shop
              - path: /alone
                minimum-tier: business
                plugins: [ { offers: { fault: silent }, deadline: 50ms } ]
                upstream: shop
              - path: /quiet
                minimum-tier: business
                plugins: [ { offers: { query: { quality: sd } }, mode: shadow } ]
                upstream: shop
              - path: /watched
                minimum-tier: business
                mode: shadow
                plugins: [ offers: { query: { quality: sd } } ]
                upstream: shop
            """;

    private static final String CATALOGUE = """
            INSERT INTO model_groups (code, name, models) VALUES
                ('standard', 'Standard', '{small}'), ('premium', 'Premium', '{large}');
            INSERT INTO tier_model_groups (tier_code, group_code) VALUES ('essential', 'standard'),
                ('business', 'standard'), ('business', 'premium')
            """;

    private static final OfferingPlugin PLUGIN = new OfferingPlugin();
    private static RecordingBackend thrifty;
    private static RunningGateway gateway;

    @BeforeAll
    static void start() throws Exception {
        thrifty = RecordingBackend.start();
        gateway = RunningGateway.start(LEAST, Map.of("THRIFTY", thrifty.uri()), List.of(PLUGIN));
        gateway.sql(CATALOGUE);
        gateway.write(ROUTES.getBytes(StandardCharsets.UTF_8));
        gateway.await(gateway.gateway().checkRoutes());
        gateway.store("fallback", "essential");
        gateway.store("fallback-high", "business");
        Eventually.so(
                "the models are known",
                () -> gateway.get("fallback-high", "/model?model=large").status() == 200
                        && decision(gateway.backend()).equals("allow"));
    }

    @AfterAll
    static void stop() throws Exception {
        gateway.close();
        thrifty.close();
    }

    @BeforeEach
    void forget() {
        gateway.backend().reset();
        thrifty.reset();
        PLUGIN.asked().clear();
        PLUGIN.told().clear();
    }

    @Test
    void what_a_limit_refuses_goes_to_the_other_upstream_uncharged() {
        gateway.store("fallback-limit", "essential");
        var degraded = degraded();
        var exceeded = gateway.metric(exceeded());
        assertThat(gateway.get("fallback-limit", "/limit").status()).isEqualTo(200);
        assertThat(decision(gateway.backend())).isEqualTo("allow");
        assertThat(gateway.get("fallback-limit", "/limit?a=1").status()).isEqualTo(200);
        assertThat(decision(thrifty)).isEqualTo("degraded");
        assertThat(thrifty.last().target()).isEqualTo("/limit?a=1");
        assertThat(gateway.backend().requests()).hasSize(1);
        assertThat(left("fallback-limit")).isEqualTo(40);
        assertThat(PLUGIN.asked()).containsExactly("limit_reached");
        assertThat(degraded() - degraded).isEqualTo(1);
        assertThat(gateway.metric(exceeded()) - exceeded)
                .as("nobody was refused")
                .isZero();
    }

    @Test
    void what_was_taken_of_the_request_as_it_came_is_given_back() {
        gateway.store("fallback-taken", "essential");
        gateway.get("fallback-taken", "/limit");
        assertThat(PLUGIN.told()).containsExactly("ANSWERED");
        gateway.get("fallback-taken", "/limit");
        assertThat(PLUGIN.told()).containsExactly("ANSWERED", "NOT_SENT", "ANSWERED");
    }

    @Test
    void a_repeat_of_what_passed_uncharged_is_a_first_again() {
        gateway.store("fallback-key", "essential");
        assertThat(keyed("fallback-key", "one").status()).isEqualTo(200);
        assertThat(keyed("fallback-key", "two").status()).isEqualTo(200);
        assertThat(keyed("fallback-key", "two").status()).isEqualTo(200);
        assertThat(thrifty.requests()).hasSize(2);
        assertThat(left("fallback-key")).isEqualTo(40);
    }

    @Test
    void what_a_change_leads_to_is_charged_as_it_says() {
        gateway.store("fallback-charge", "essential");
        assertThat(gateway.get("fallback-charge", "/heavy").status()).isEqualTo(200);
        assertThat(gateway.get("fallback-charge", "/heavy").status()).isEqualTo(200);
        assertThat(decision(gateway.backend())).isEqualTo("degraded");
        assertThat(gateway.backend().last().header("X-Size")).contains("small");
        assertThat(left("fallback-charge")).isEqualTo(10);
        assertThat(gateway.get("fallback-charge", "/heavy").status()).isEqualTo(429);
        assertThat(left("fallback-charge")).isEqualTo(10);
    }

    @Test
    void what_a_tier_refuses_passes_with_the_value_that_is_offered() {
        assertThat(gateway.get("fallback", "/tier?Quality=hd&page=2").status()).isEqualTo(200);
        assertThat(gateway.backend().last().target()).isEqualTo("/tier?page=2&quality=sd");
        assertThat(decision(gateway.backend())).isEqualTo("degraded");
        assertThat(gateway.backend().last().header("X-Tiergate-Feature")).contains("advanced_analytics");
        gateway.get("fallback-high", "/tier?quality=hd&page=2");
        assertThat(gateway.backend().last().target()).isEqualTo("/tier?quality=hd&page=2");
        assertThat(decision(gateway.backend())).isEqualTo("allow");
    }

    @Test
    void another_model_is_checked_like_any_other() {
        var small = "feature_model_requests_total{group=\"standard\",outcome=\"allowed\"}";
        var before = gateway.metric(small);
        assertThat(gateway.get("fallback", "/model?model=large").status()).isEqualTo(200);
        assertThat(gateway.backend().last().target()).isEqualTo("/model?model=small");
        assertThat(gateway.metric(small) - before).isEqualTo(1);
        var body = "{\"model\":\"large\"}";
        var both = gateway.exchange("POST /model HTTP/1.1\r\n" + head("fallback")
                + "Content-Type: application/json\r\nContent-Length: " + body.length() + "\r\n\r\n" + body);
        assertThat(reason(both)).as("the body says another one").isEqualTo("ambiguous_body");
        assertThat(gateway.backend().requests()).hasSize(1);
    }

    @Test
    void a_change_that_leads_to_another_route_meets_that_ones_gate_and_nothing_is_offered_again() {
        var answer = gateway.get("fallback", "/guarded");
        assertThat(answer.status()).isEqualTo(403);
        assertThat(reason(answer)).isEqualTo("tier_too_low");
        assertThat(answer.text()).contains("advanced_analytics");
        assertThat(gateway.backend().requests()).isEmpty();
        assertThat(PLUGIN.asked()).containsExactly("tier_too_low");
    }

    @ParameterizedTest
    @ValueSource(strings = {"/open", "/nowhere"})
    void a_change_that_leads_around_the_gate_or_nowhere_is_a_fault_and_the_refusal_stands(String path) {
        var faults = faults();
        assertThat(reason(gateway.get("fallback", path))).isEqualTo("tier_too_low");
        assertThat(gateway.backend().requests()).isEmpty();
        assertThat(faults() - faults).isEqualTo(1);
    }

    @Test
    void after_who_somebody_is_and_what_a_plugin_says_nothing_is_offered() {
        gateway.store("fallback-suspended", "essential");
        gateway.sql("UPDATE stores SET status = 'suspended' WHERE external_id = 'fallback-suspended'");
        gateway.store("fallback-roles", "business");
        gateway.sql("INSERT INTO feature_roles (store_id, feature_code, roles) SELECT id, 'advanced_analytics',"
                + " '{clerk}' FROM stores WHERE external_id = 'fallback-roles'");
        assertThat(reason(gateway.exchange("GET /tier HTTP/1.1\r\nHost: gw.test\r\n\r\n")))
                .isEqualTo("authentication_required");
        assertThat(reason(gateway.get("fallback-nobody", "/tier"))).isEqualTo("store_unknown");
        assertThat(reason(gateway.get("fallback-suspended", "/tier"))).isEqualTo("store_suspended");
        assertThat(reason(gateway.get("fallback-roles", "/tier"))).isEqualTo("role_missing");
        assertThat(reason(gateway.get("fallback", "/own"))).isEqualTo("header_required");
        assertThat(PLUGIN.asked()).isEmpty();
        assertThat(gateway.backend().requests()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({"/throws, threw, 200", "/silent, late, 200", "/alone, late, 403"})
    void a_plugin_that_throws_or_never_answers_offers_nothing(String path, String kind, int status) {
        var series = "tiergate_plugin_faults_total{kind=\"" + kind + "\",plugin=\"offers\"}";
        var faults = gateway.metric(series);
        assertThat(gateway.get("fallback", path).status()).isEqualTo(status);
        assertThat(gateway.metric(series) - faults).isEqualTo(1);
        assertThat(gateway.backend().requests()).hasSize(status == 200 ? 1 : 0);
    }

    @Test
    void a_plugin_in_shadow_offers_nothing() {
        assertThat(reason(gateway.get("fallback", "/quiet"))).isEqualTo("tier_too_low");
        assertThat(PLUGIN.asked()).isEmpty();
    }

    @Test
    void in_shadow_nothing_is_changed() {
        assertThat(gateway.get("fallback", "/watched?quality=hd").status()).isEqualTo(200);
        assertThat(gateway.backend().last().target()).isEqualTo("/watched?quality=hd");
        assertThat(decision(gateway.backend())).isEqualTo("shadow-deny");
        assertThat(PLUGIN.asked()).isEmpty();
    }

    @Test
    void the_log_says_what_was_refused_and_names_what_was_changed() {
        try (var log = LogLines.of("dev.tiergate.decision", Level.INFO)) {
            gateway.get("fallback", "/tier?quality=topsecret");
            assertThat(log.messages()).containsExactly("Request degraded");
            var members = log.all()
                    .flatMap(line -> line.getKeyValuePairs().stream())
                    .collect(Collectors.toMap(pair -> pair.key, pair -> String.valueOf(pair.value)));
            assertThat(members)
                    .containsEntry("changed", "query quality")
                    .containsEntry("reason_code", "tier_too_low")
                    .containsEntry("feature_id", "advanced_analytics")
                    .containsEntry("store_id", "fallback");
            assertThat(members.values()).noneMatch(value -> value.contains("topsecret"));
        }
    }

    private static RawClient.Response keyed(String store, String key) {
        return gateway.exchange(
                "POST /limit HTTP/1.1\r\n" + head(store) + "Idempotency-Key: " + key + "\r\nContent-Length: 0\r\n\r\n");
    }

    private static String head(String store) {
        return "Host: gw.test\r\nAuthorization: Bearer " + gateway.token(store) + "\r\nAccept: application/json\r\n";
    }

    private static String reason(RawClient.Response answer) {
        return new JsonObject(answer.text()).getString("reason");
    }

    private static String decision(RecordingBackend backend) {
        return backend.last().header("X-Tiergate-Decision").orElseThrow();
    }

    private static int left(String store) {
        return new JsonObject(
                        gateway.get(store, "/api/v1/store/usage/check/orders").text())
                .getInteger("remaining");
    }

    private static double degraded() {
        return gateway.metric("tiergate_forwarded_total{decision=\"degraded\"}");
    }

    private static double faults() {
        return gateway.metric("feature_gating_errors_total{stage=\"check\"}");
    }

    private static String exceeded() {
        return "feature_limit_exceeded_total{feature=\"none\",limit=\"orders\",mode=\"enforce\"}";
    }
}
