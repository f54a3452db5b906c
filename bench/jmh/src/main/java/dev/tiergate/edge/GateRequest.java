package dev.tiergate.edge;

import dev.tiergate.GatedRoute;
import dev.tiergate.entitlement.EntitlementCache;
import dev.tiergate.entitlement.KnownStores;
import dev.tiergate.identity.Authenticator;
import dev.tiergate.identity.KeySource;
import dev.tiergate.identity.SignedTokens;
import dev.tiergate.plugin.Check;
import dev.tiergate.plugin.Decision;
import dev.tiergate.routes.GatewayConfig;
import dev.tiergate.routes.Match;
import dev.tiergate.routes.Mode;
import dev.tiergate.routes.Route;
import dev.tiergate.routes.TargetRule;
import dev.tiergate.telemetry.GateMetrics;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.vertx.core.Future;
import io.vertx.core.MultiMap;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.internal.http.HttpServerRequestInternal;
import io.vertx.core.internal.http.HttpServerRequestWrapper;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/**
 * The gate's own part of a request, without network: its path is read, its route matched, its token recalled, its store's
 * entitlements found, all checks of the route asked. A thousand stores in turn. Counting is there, but not in Redis.
 */
@State(Scope.Thread)
@BenchmarkMode(org.openjdk.jmh.annotations.Mode.AverageTime) // Mode is the route's here
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class GateRequest {

    private static final String HOST = "shop.example.com";
    private static final Forwarding.Way WAY =
            new Forwarding.Way("192.0.2.1", false, "http", HOST, List.of("192.0.2.1"));
    private static final String ALLOWED = "/api/v1/products";
    private static final String REFUSED = "/api/v1/reports";

    private final Vertx vertx = Vertx.vertx();
    private final SignedTokens signed = new SignedTokens();
    private final List<List<Check>> chains = new ArrayList<>(); // by the route's index
    private GatewayConfig config;
    private Gate gate;
    private HttpServerRequestInternal arrived;
    private List<Get> requests;
    private int next;

    @Setup
    public void open() {
        arrived = arrived();
        config = GatedRoute.config("version: 1\n"
                + "apis: { store: off, user: off, ofrep: off }\n"
                + "upstreams: { shop: { endpoints: [ \"http://127.0.0.1:9001\" ] } }\n"
                + "auth: { jwt: " + signed.rules() + " }\n"
                + "routes:\n"
                + "  - { path: " + ALLOWED + ", methods: [ GET ], feature: base, upstream: shop }\n"
                + "  - { path: " + REFUSED + ", methods: [ GET ], feature: only_gold, upstream: shop }\n");
        var auth = Objects.requireNonNull(config.auth());
        var meters = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
        var metrics = new GateMetrics(meters);
        var keys =
                KeySource.open(vertx, auth, InstantSource.fixed(SignedTokens.NOW), meters, new TargetRule(List.of()));
        EntitlementCache stores = KnownStores.cache(vertx);
        gate = new Gate(
                new Authenticator(auth, keys, vertx.getOrCreateContext(), meters),
                stores,
                config.gating().onEntitlementsDown(),
                metrics);
        requests = signed.headers().stream()
                .map(headers -> new Get(arrived, headers))
                .toList();
        for (String path : List.of(ALLOWED, REFUSED)) {
            chains.add(GatedRoute.chain(
                    route((Reading.Read) PathReader.read(path, HOST)), config, metrics, SignedTokens.NOW));
        }
        requests.forEach(request -> await(decide(ALLOWED, request)));
        expect(ALLOWED, true);
        expect(REFUSED, false);
    }

    /** A request as the server makes it; those that are measured differ from it by their headers. */
    private HttpServerRequestInternal arrived() {
        Promise<HttpServerRequestInternal> arriving = Promise.promise();
        var server = vertx.createHttpServer().requestHandler(request -> {
            request.response().end();
            arriving.complete((HttpServerRequestInternal) request);
        });
        await(server.listen(0, "127.0.0.1"));
        var client = vertx.createHttpClient();
        await(client.request(HttpMethod.GET, server.actualPort(), "127.0.0.1", ALLOWED)
                .compose(request -> request.send()));
        return arriving.future().result();
    }

    private void expect(String path, boolean allowed) {
        Future<Decision> decision = decide(path, requests.get(0));
        if (!decision.isComplete() || decision.result().<Boolean>fold(allow -> true, refuse -> false) != allowed) {
            throw new IllegalStateException(path + " is answered with " + decision);
        }
    }

    private static void await(Future<?> decision) {
        decision.toCompletionStage().toCompletableFuture().join();
    }

    @TearDown
    public void close() {
        await(vertx.close());
    }

    @Benchmark
    public Future<Decision> allowed() {
        return decide(ALLOWED, inTurn());
    }

    @Benchmark
    public Future<Decision> refused_by_tier() {
        return decide(REFUSED, inTurn());
    }

    private Get inTurn() {
        next = (next + 1) % requests.size();
        return requests.get(next);
    }

    private Future<Decision> decide(String target, Get request) {
        var read = (Reading.Read) PathReader.read(target, HOST);
        var route = route(read);
        var call = new GatedCall(request, request.body, "r-1", read, route, Mode.ENFORCE, WAY, SignedTokens.NOW);
        return gate.decide(call, chains.get(route.index()));
    }

    private Route route(Reading.Read read) {
        return ((Match.Found) config.table().match(HOST, "GET", read.path(), name -> null)).route();
    }

    /** What the gate asks of a request. It is there before the gate is, and so before what is measured. */
    private static final class Get extends HttpServerRequestWrapper {

        private final MultiMap headers;
        private final InspectedBody body = new InspectedBody(this);

        Get(HttpServerRequestInternal arrived, MultiMap headers) {
            super(arrived);
            this.headers = headers;
        }

        @Override
        public HttpMethod method() {
            return HttpMethod.GET;
        }

        @Override
        public MultiMap headers() {
            return headers;
        }
    }
}
