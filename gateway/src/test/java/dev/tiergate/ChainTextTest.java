package dev.tiergate;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tiergate.limits.LimitEvents;
import dev.tiergate.limits.Quotas;
import dev.tiergate.plugin.Allow;
import dev.tiergate.plugin.Check;
import dev.tiergate.plugins.PluginRuntime;
import dev.tiergate.routes.GatewayConfig;
import dev.tiergate.routes.LoadResult;
import dev.tiergate.routes.Route;
import dev.tiergate.routes.RoutesLoader;
import dev.tiergate.routes.TargetRule.Reserved;
import dev.tiergate.telemetry.GateMetrics;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What {@code tiergate routes --chain} prints is what requests are asked. */
class ChainTextTest {

    private static final String ROUTES = """
            version: 1
            upstreams: { shop: { endpoints: [ "http://127.0.0.1:9001" ], plugins: [ { given: {} } ] } }
            auth: { jwt: { jwks: "https://id.example.com/jwks.json", algorithms: [ RS256 ] } }
            plugins: [ { given: {}, mode: shadow } ]
            hosts: { shop.test: { plugins: [ { given: {}, on-failure: pass, deadline: 200ms } ] } }
            routes:
              - path: /all
                host: shop.test
                minimum-tier: business
                feature: chat_basic
                model: { name: model }
                idempotency-key: optional
                plugins: [ { given: {} } ]
                upstream: shop
              - { path: /token, mode: shadow, upstream: shop }
              - { path: /information, check-limits: false, upstream: shop }
              - { path: /public, public: true, upstream: shop }
              - { path: /off, mode: off, upstream: shop }
            """;

    /** The first word or words of a line, by the class that answers. */
    private static final Map<String, String> WORDS = Map.of(
            "StoreActiveCheck", "store active",
            "TierCheck", "tier",
            "FeatureCheck", "feature",
            "FeatureRolesCheck", "feature roles",
            "ModelCheck", "model",
            "GuardedCheck", "plugin",
            "LimitCheck", "limits",
            "KeyedLimitCheck", "limits, under the Idempotency-Key");

    private static GatewayConfig config() {
        var plugin = GivenPlugin.of("given", call -> Future.succeededFuture(Allow.plain()));
        return ((LoadResult.Loaded) new RoutesLoader(List.of(plugin), name -> null).load("routes.yaml", ROUTES, null))
                .config();
    }

    @Test
    void every_check_has_its_line_with_where_it_stands_and_its_mode() {
        var config = config();
        var route = config.routes().get(0);
        assertThat(ChainText.route(route, config)).isEqualTo("* /all on shop.test to shop, enforce");
        assertThat(ChainText.chain(route, config))
                .containsExactly(
                        "   1  identity",
                        "   2  entitlements",
                        "   3  store active",
                        "   4  tier business",
                        "   5  feature chat_basic",
                        "   6  feature roles",
                        "   7  model",
                        "   8  plugin given                gateway   shadow   on failure refuse  within 1000 ms",
                        "   9  plugin given                host      enforce  on failure pass    within 200 ms",
                        "  10  plugin given                upstream  enforce  on failure refuse  within 1000 ms",
                        "  11  plugin given                route     enforce  on failure refuse  within 1000 ms",
                        "  12  limits, under the Idempotency-Key");
    }

    @Test
    void where_nothing_is_asked_there_is_no_line() {
        var config = config();
        assertThat(ChainText.route(config.routes().get(3), config)).isEqualTo("* /public to shop, public");
        assertThat(ChainText.chain(config.routes().get(3), config)).isEmpty();
        assertThat(ChainText.route(config.routes().get(4), config)).isEqualTo("* /off to shop, off");
        assertThat(ChainText.chain(config.routes().get(4), config)).isEmpty();
    }

    @Test
    void the_lines_are_the_checks_of_the_chain_in_its_order() throws Exception {
        var config = config();
        var metrics = new GateMetrics(new SimpleMeterRegistry());
        var vertx = Vertx.vertx();
        try (var plugins = new PluginRuntime(metrics, Reserved.NOTHING);
                var guards = plugins.onLoop(vertx)) {
            for (var route : config.routes().subList(0, 3)) {
                List<Check> chain =
                        Gateway.chain(route, config, null, null, LimitEvents.NONE, Quotas.NONE, guards, metrics);
                assertThat(words(route, config))
                        .startsWith("identity", "entitlements")
                        .endsWith(chain.stream()
                                .map(check -> WORDS.get(check.getClass().getSimpleName()))
                                .toArray(String[]::new))
                        .hasSize(2 + chain.size());
            }
        } finally {
            vertx.close().toCompletionStage().toCompletableFuture().join();
        }
    }

    /** Each line without its number, and without what follows the word of {@link #WORDS}. */
    private static List<String> words(Route route, GatewayConfig config) {
        return ChainText.chain(route, config).stream()
                .map(line -> line.substring(6))
                .map(line -> line.equals("feature roles") ? line : line.replaceFirst("^(tier|feature|plugin) .*", "$1"))
                .toList();
    }
}
