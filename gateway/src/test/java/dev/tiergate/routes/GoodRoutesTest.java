package dev.tiergate.routes;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tiergate.plugin.CheckFactory;
import dev.tiergate.routes.GatewayConfig.BodyConfig;
import dev.tiergate.routes.GatingConfig.Denials;
import dev.tiergate.routes.GatingConfig.OnEntitlementsDown;
import dev.tiergate.routes.GatingConfig.OnLimitsDown;
import dev.tiergate.routes.PathPattern.Segment;
import dev.tiergate.routes.Route.Charge;
import dev.tiergate.routes.Route.ModelRule;
import dev.tiergate.routes.Route.PluginUse;
import dev.tiergate.routes.UpstreamConfig.CircuitBreaker;
import dev.tiergate.routes.UpstreamConfig.HealthCheck;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class GoodRoutesTest {

    private static final Path GOOD = Path.of("src/test/resources/routes/good");

    private static final Map<String, String> ENVIRONMENT = Map.of(
            "CONNECTIONS", "7",
            "COUNT", "9",
            "EMPTY", "",
            "LONG_SECRET", "0123456789abcdef0123456789abcdef",
            "TRICKY", "a: b # ]\n- {x: ${COUNT}");

    private final RoutesLoader loader = new RoutesLoader(SamplePlugins.ALL, ENVIRONMENT::get);

    private LoadResult.Loaded load(String name) {
        LoadResult result = loader.load(GOOD.resolve(name), SampleCatalogue.ORION);
        assertThat(result).isInstanceOf(LoadResult.Loaded.class);
        return (LoadResult.Loaded) result;
    }

    private GatewayConfig text(String text) {
        LoadResult result = loader.load("routes.yaml", text, null);
        assertThat(result).isInstanceOf(LoadResult.Loaded.class);
        return ((LoadResult.Loaded) result).config();
    }

    @Test
    void the_least_file_has_every_default() {
        LoadResult.Loaded loaded = load("least.yaml");
        GatewayConfig config = loaded.config();
        assertThat(loaded.warnings()).isEmpty();
        assertThat(config.hash()).matches("[0-9a-f]{16}");
        assertThat(config.auth()).isNull();
        assertThat(config.gating()).isEqualTo(GatingConfig.DEFAULT);
        assertThat(config.cors()).isNull();
        assertThat(config.body()).isEqualTo(new BodyConfig(0, 1 << 20));
        assertThat(config.limits()).isEqualTo(new LimitsConfig(true, 0.8));
        assertThat(config.apis()).isEqualTo(new ApisConfig(true, true, true, Set.of("owner", "admin")));
        assertThat(config.upstreams())
                .containsOnly(Map.entry(
                        "shop",
                        new UpstreamConfig(
                                "shop",
                                List.of(URI.create("http://127.0.0.1:9001")),
                                UpstreamConfig.Balance.LEAST_REQUESTS,
                                UpstreamConfig.Protocol.HTTP1,
                                Duration.ofSeconds(2),
                                Duration.ofSeconds(30),
                                Duration.ofSeconds(60),
                                128,
                                null,
                                null,
                                null,
                                null)));
        Route route = config.routes().get(0);
        assertThat(route.id()).isEqualTo("* /");
        assertThat(route.methods())
                .containsExactlyInAnyOrder("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS");
        assertThat(route.checkLimits()).isTrue();
        assertThat(route.mode()).isNull();
        assertThat(config.mode(route)).isEqualTo(Mode.ENFORCE);
        assertThat(route.denials()).isEqualTo(Denials.DEFAULT);
    }

    @Test
    void every_key_is_read() {
        GatewayConfig config = load("everything.yaml").config();
        UpstreamConfig shop = config.upstreams().get("shop");
        assertThat(shop)
                .isEqualTo(new UpstreamConfig(
                        "shop",
                        List.of(URI.create("https://10.0.0.1:9443"), URI.create("https://[fd00::1]")),
                        UpstreamConfig.Balance.ROUND_ROBIN,
                        UpstreamConfig.Protocol.H2,
                        Duration.ofMillis(500),
                        Duration.ofMinutes(1),
                        Duration.ofHours(2),
                        7,
                        "0123456789abcdef0123456789abcdef",
                        null,
                        new HealthCheck("/health?deep=1", Duration.ofMillis(100)),
                        new CircuitBreaker(1, Duration.ofHours(1), Set.of(500, 599))));
        assertThat(config.upstreams().get("metadata").circuitBreaker())
                .isEqualTo(new CircuitBreaker(10, Duration.ofSeconds(10), Set.of(502, 503, 504)));
        assertThat(config.upstreams().get("metadata").healthCheck())
                .isEqualTo(new HealthCheck("/health", Duration.ofSeconds(5)));
        assertThat(config.auth())
                .isEqualTo(new AuthConfig(
                        null,
                        List.of(),
                        "0123456789abcdef0123456789abcdef",
                        Set.of("HS256", "HS512"),
                        "https://id.example.com/",
                        "shop",
                        Duration.ofSeconds(5),
                        Duration.ofHours(1),
                        "session",
                        true,
                        false,
                        new AuthConfig.ClaimPaths(
                                List.of("tenant", "id"), List.of("email"), List.of("realm_access", "roles")),
                        ""));
        assertThat(config.admin())
                .isEqualTo(new AuthConfig(
                        URI.create("https://id.example.com/admin.json"),
                        List.of(),
                        null,
                        Set.of("ES256"),
                        null,
                        "tiergate-admin",
                        Duration.ZERO,
                        Duration.ofHours(24),
                        null,
                        false,
                        true,
                        new AuthConfig.ClaimPaths(List.of(), List.of("sub"), List.of("groups")),
                        ""));
        assertThat(config.gating())
                .isEqualTo(new GatingConfig(
                        Mode.SHADOW,
                        "shop",
                        "essential",
                        OnEntitlementsDown.DENY,
                        OnLimitsDown.DENY,
                        Duration.ofSeconds(10),
                        Duration.ofSeconds(20),
                        "https://billing.example.com/{store_code}?from=gate",
                        new Denials(Denials.Format.PROBLEM, Denials.Html.REDIRECT)));
        assertThat(config.cors())
                .isEqualTo(new CorsConfig(
                        Set.of("https://shop.example.com", "http://localhost:3000"),
                        Set.of("GET", "PUT"),
                        Set.of("X-Client"),
                        true,
                        Duration.ZERO));
        assertThat(config.trustedProxies()).hasSize(3);
        assertThat(config.targets().allowed()).containsExactly(new Cidr("169.254.1.0/24"));
        assertThat(config.clientIpHeader()).isEqualTo("x-real-ip");
        assertThat(config.strip()).containsExactlyInAnyOrder("x-internal", "x-debug");
        assertThat(config.body()).isEqualTo(new BodyConfig(10 << 20, 64 << 10));
        assertThat(config.limits()).isEqualTo(new LimitsConfig(false, 0.9));
        assertThat(config.apis()).isEqualTo(new ApisConfig(false, false, false, Set.of("boss")));
    }

    private static SamplePlugins.HeaderConfig requires(String name, String value) {
        return new SamplePlugins.HeaderConfig(Map.of(name, value));
    }

    private static PluginUse plain(PluginUse.Level level, CheckFactory<?> factory, Record config) {
        return new PluginUse(factory, config, level, Mode.ENFORCE, PluginUse.OnFailure.REFUSE, Duration.ofSeconds(1));
    }

    private static PluginUse telling() {
        return plain(PluginUse.Level.ROUTE, SamplePlugins.ALL.get(3), new SamplePlugins.TellingConfig(3));
    }

    @Test
    void every_key_of_a_route_is_read() {
        GatewayConfig config = load("everything.yaml").config();
        Route route = config.routes().get(0);
        CheckFactory<?> header = SamplePlugins.ALL.get(0);
        CheckFactory<?> sample = SamplePlugins.ALL.get(1);
        assertThat(route)
                .isEqualTo(new Route(
                        0,
                        "chat",
                        new PathPattern(
                                "/API/chat/{room}/%7eme",
                                List.of(
                                        new Segment.Literal("API"),
                                        new Segment.Literal("chat"),
                                        new Segment.Any("room"),
                                        new Segment.Literal("~me"))),
                        "api.example.com",
                        Map.of("x-version", "2"),
                        Set.of("GET", "HEAD", "POST"),
                        true,
                        true,
                        Set.of(PathQuirk.ENCODED_SLASH, PathQuirk.SEGMENT_SPACES),
                        false,
                        "chat_basic",
                        "business",
                        new ModelRule(
                                List.of(ModelRule.Place.HEADER, ModelRule.Place.BODY),
                                "X-Model",
                                "pro",
                                false,
                                "gpt-4"),
                        true,
                        List.of(
                                new Charge("orders", 3, Charge.On.ATTEMPT),
                                new Charge("products", -1, Charge.On.SUCCESS),
                                new Charge("team_members", 9, Charge.On.SUCCESS, new Charge.Report("X-Cost", 2)),
                                new Charge("coins", 7, Charge.On.ATTEMPT, new Charge.By(telling(), 1))),
                        Route.KeyUse.REQUIRED,
                        List.of(
                                new PluginUse(
                                        header,
                                        requires("X-Gateway", "1"),
                                        PluginUse.Level.GATEWAY,
                                        Mode.SHADOW,
                                        PluginUse.OnFailure.PASS,
                                        Duration.ofMillis(10)),
                                new PluginUse(
                                        header,
                                        requires("X-Host", "1"),
                                        PluginUse.Level.HOST,
                                        Mode.ENFORCE,
                                        PluginUse.OnFailure.REFUSE,
                                        Duration.ofSeconds(30)),
                                plain(
                                        PluginUse.Level.UPSTREAM,
                                        SamplePlugins.ALL.get(2),
                                        new SamplePlugins.PointingConfig("metadata")),
                                plain(PluginUse.Level.ROUTE, header, requires("X-Client", "web")),
                                plain(
                                        PluginUse.Level.ROUTE,
                                        sample,
                                        new SamplePlugins.SampleConfig(
                                                9,
                                                1,
                                                Duration.ofMinutes(5),
                                                true,
                                                SamplePlugins.Color.BLUE,
                                                List.of("a", "b"),
                                                "12"))),
                        "shop",
                        Mode.ENFORCE,
                        new Rollout(25),
                        new CorsConfig(
                                Set.of("*"),
                                Set.of("GET", "HEAD", "POST"),
                                Set.of("Authorization", "Content-Type"),
                                false,
                                Duration.ofMinutes(10)),
                        new Denials(Denials.Format.PHOENIX, Denials.Html.REDIRECT)));
        Route models = config.routes().get(1);
        assertThat(models.checkLimits()).isFalse();
        assertThat(models.model())
                .isEqualTo(new ModelRule(List.of(ModelRule.Place.values()), "model", null, true, null));
        assertThat(config.mode(models)).isEqualTo(Mode.SHADOW);
        assertThat(models.plugins())
                .extracting(PluginUse::level)
                .containsExactly(PluginUse.Level.GATEWAY, PluginUse.Level.UPSTREAM);
        assertThat(config.routes().get(2).plugins()).isEmpty();
    }

    @Test
    void yaml_is_read_by_the_core_schema_of_1_2() {
        LoadResult result = loader.load(GOOD.resolve("anchors.yaml"));
        assertThat(result).isInstanceOf(LoadResult.Loaded.class);
        GatewayConfig config = ((LoadResult.Loaded) result).config();
        assertThat(config.routes().get(0).headers())
                .isEqualTo(Map.of("x-country", "NO", "x-time", "22:00", "x-switch", "on"));
        assertThat(config.upstreams().get("copy").endpoints())
                .isEqualTo(config.upstreams().get("shop").endpoints());
    }

    @Test
    void the_environment_fills_scalars_and_nothing_else() {
        GatewayConfig config = text("""
                version: 1
                upstreams:
                  shop: { endpoints: [ "http://${HOST:-127.0.0.1}:${EMPTY:-9001}" ] }
                routes:
                  - { path: "/a", host: "${H:-a}.example.com", headers: { X-T: "${TRICKY}" }, public: "${P:-true}", upstream: shop }
                """);
        assertThat(config.upstreams().get("shop").endpoints()).containsExactly(URI.create("http://127.0.0.1:9001"));
        Route route = config.routes().get(0);
        assertThat(route.host()).isEqualTo("a.example.com");
        assertThat(route.headers()).isEqualTo(Map.of("x-t", "a: b # ]\n- {x: ${COUNT}"));
        assertThat(route.publicRoute()).isTrue();
    }

    @Test
    void without_a_catalogue_codes_pass_with_a_warning() {
        LoadResult.Loaded loaded = (LoadResult.Loaded) loader.load("routes.yaml", """
                version: 1
                upstreams:
                  shop: { endpoints: [ "http://127.0.0.1:9001" ] }
                  idle: { endpoints: [ "http://127.0.0.1:9002" ] }
                auth:
                  jwt: { jwks: "http://id.example.com/keys", algorithms: [ ES256 ] }
                routes:
                  - { path: /a, feature: no_such_feature, upstream: shop }
                """, null);
        assertThat(loaded.warnings().stream().map(RoutesProblem::toString))
                .containsExactly(
                        "routes.yaml:1:1: no catalogue is at hand: codes of features, tiers, limits and model groups are"
                                + " not checked",
                        "routes.yaml:4:3: no route goes to the upstream 'idle'",
                        "routes.yaml:6:16: keys are loaded in clear text; whoever is on the way can sign tokens: use"
                                + " https");
    }

    @Test
    void an_upstream_that_a_plugin_asks_for_is_in_use() {
        LoadResult.Loaded loaded = (LoadResult.Loaded) loader.load("routes.yaml", """
                version: 1
                upstreams:
                  shop: { endpoints: [ "http://127.0.0.1:9001" ] }
                  thrifty: { endpoints: [ "http://127.0.0.1:9002" ] }
                  idle: { endpoints: [ "http://127.0.0.1:9003" ] }
                auth:
                  jwt: { jwks: "https://id.example.com/keys", algorithms: [ ES256 ] }
                routes:
                  - { path: /a, plugins: [ pointing: { upstream: thrifty } ], upstream: shop }
                """, SampleCatalogue.ORION);
        assertThat(loaded.warnings().stream().map(RoutesProblem::toString))
                .containsExactly("routes.yaml:5:3: no route goes to the upstream 'idle'");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "0123456789abcdef0123456789abcdeF",
                "${UNSET:-0123456789abcdef0123456789abcdeF}",
                "${LONG_SECRET:-0123456789abcdef0123456789abcdeF}"
            })
    void a_secret_in_the_file_is_a_warning_and_never_printed(String secret) {
        LoadResult.Loaded loaded =
                (LoadResult.Loaded) loader.load("routes.yaml", """
                version: 1
                upstreams:
                  shop: { endpoints: [ "http://127.0.0.1:9001" ], sign-key: "%1$s" }
                auth:
                  jwt: { secret: "%1$s", algorithms: [ HS256 ] }
                routes:
                  - { path: /a, upstream: shop }
                """.formatted(secret), SampleCatalogue.ORION);
        assertThat(loaded.warnings())
                .hasSize(2)
                .allSatisfy(warning -> assertThat(warning.message()).contains("put it in the environment"));
        assertThat(loaded.warnings() + " " + loaded.config()).doesNotContain("abcdef");
    }

    @Test
    void the_same_bytes_have_the_same_hash_and_others_another() {
        assertThat(load("least.yaml").config().hash())
                .isEqualTo(load("least.yaml").config().hash());
        assertThat(load("least.yaml").config().hash())
                .isNotEqualTo(load("everything.yaml").config().hash());
    }

    @Test
    void a_byte_order_mark_is_no_part_of_the_text() {
        assertThat(text("\uFEFF" + """
                version: 1
                upstreams: { shop: { endpoints: [ "http://127.0.0.1:9001" ] } }
                routes: []
                """).routes()).isEmpty();
    }

    @Test
    void the_projects_own_routes_load() {
        RoutesLoader own = new RoutesLoader(
                SamplePlugins.ALL, name -> name.equals("TIERGATE_JWKS_URI") ? "http://127.0.0.1:9000/jwks" : null);
        assertThat(own.load(Path.of("../routes.yaml")))
                .isInstanceOfSatisfying(
                        LoadResult.Loaded.class,
                        loaded -> assertThat(loaded.config().routes()).hasSizeGreaterThanOrEqualTo(25));
    }
}
