package dev.tiergate.plugin.testkit;

import dev.tiergate.fixtures.RecordingBackend;
import dev.tiergate.fixtures.TokenIssuer;
import dev.tiergate.fixtures.TokenMint;
import java.io.IOException;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * A gateway that serves the tests of a class, with the plugins of the class path, a PostgreSQL, a Redis, a backend that
 * records what reaches it, and tokens that it accepts.
 *
 * <pre>{@code
 * @RegisterExtension
 * static final TestGateway GATEWAY = TestGateway.serving("""
 *         routes:
 *           - path: /web
 *             plugins: [ header: { require: { X-Client: web } } ]
 *             upstream: shop
 *         """);
 *
 * @Test
 * void the_web_client_gets_through() {
 *     assertThat(GATEWAY.get("/web").header("X-Client", "web").send().status()).isEqualTo(200);
 * }
 * }</pre>
 *
 * <p>There is one store, {@value #STORE} of the tier {@code essential}, in the catalogue that the migrations write, Orion;
 * a test adds others. The backend forgets what it recorded before each test.
 */
public final class TestGateway implements BeforeAllCallback, BeforeEachCallback, AfterAllCallback {

    public static final String STORE = "tea-corner";

    private static final TokenIssuer ISSUER =
            new TokenIssuer(TokenMint.es256("test"), "https://id.example.com/", "shop");

    private static final Duration TOKEN_LIFETIME = Duration.ofHours(1);

    private final String routes;
    private final Map<String, String> environment = new LinkedHashMap<>();
    private final Map<String, String> stores = new LinkedHashMap<>(Map.of(STORE, "essential"));
    private @Nullable ServingGateway running;

    private TestGateway(String routes) {
        this.routes = routes;
    }

    /**
     * Serves these routes. {@code version}, {@code auth} and {@code upstreams}, with one upstream that is called
     * {@code shop} and whose address is <code>${SHOP}</code>, stand before them where the text has none. What is wrong with
     * them is thrown when the tests begin, with line and column.
     *
     * @param routes a routes.yaml, or the parts of it that matter
     */
    public static TestGateway serving(String routes) {
        return new TestGateway(routes);
    }

    /** A setting, or a variable that routes.yaml names; said before the start. */
    public TestGateway with(String variable, String value) {
        environment.put(variable, value);
        return this;
    }

    /** Adds a store, or changes its tier; a gateway that serves already hears of it within a second or so. */
    public TestGateway store(String externalId, String tier) {
        stores.put(externalId, tier);
        if (running != null) {
            running.writeStores(stores);
        }
        return this;
    }

    /**
     * Serves other routes from now on, as after a change of the file.
     *
     * @throws IllegalArgumentException saying what is wrong with them
     */
    public void serve(String other) {
        running().serve(other);
    }

    public RecordingBackend backend() {
        return running().backend();
    }

    public TestRequest get(String target) {
        return request("GET", target);
    }

    /** @param target path and query, as they are sent */
    public TestRequest request(String method, String target) {
        return new TestRequest(this, method, target);
    }

    /** @param claims besides, or instead of, those that every token has: {@code store_id} and {@code sub} among them */
    public String token(String store, Map<String, ? extends @Nullable Object> claims) {
        Map<String, @Nullable Object> all = new LinkedHashMap<>();
        all.put("store_id", store);
        all.put("sub", "user-1");
        all.putAll(claims);
        return ISSUER.token(all, TOKEN_LIFETIME);
    }

    /** A series' value, by its whole name with labels as {@code /metrics} writes them; 0 where there is none yet. */
    public double metric(String series) {
        return running().metric(series);
    }

    /** The lines of {@code /metrics}. */
    public List<String> metrics() {
        return running().metrics();
    }

    /** Of HTTP/1.1 and, with prior knowledge, HTTP/2, on the loopback address. */
    public int port() {
        return running().port();
    }

    @Override
    public void beforeAll(ExtensionContext context) throws Exception {
        Map<String, String> variables = new LinkedHashMap<>(environment);
        variables.putIfAbsent("KEY", ISSUER.mint().publicKeyPem());
        running = ServingGateway.start(routes, variables);
        running.writeStores(stores);
    }

    @Override
    public void beforeEach(ExtensionContext context) {
        backend().reset();
    }

    @Override
    public void afterAll(ExtensionContext context) throws IOException {
        if (running != null) {
            running.close();
            running = null;
        }
    }

    private ServingGateway running() {
        if (running == null) {
            throw new IllegalStateException(
                    "the gateway does not serve: register it as a static field, with @RegisterExtension");
        }
        return running;
    }
}
