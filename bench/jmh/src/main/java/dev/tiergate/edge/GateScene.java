package dev.tiergate.edge;

import dev.tiergate.GatedRoute;
import dev.tiergate.entitlement.EntitlementCache;
import dev.tiergate.entitlement.KnownStores;
import dev.tiergate.identity.Authenticator;
import dev.tiergate.identity.KeySource;
import dev.tiergate.identity.SignedTokens;
import dev.tiergate.plugin.Check;
import dev.tiergate.plugin.CheckFactory;
import dev.tiergate.plugin.Decision;
import dev.tiergate.plugins.PluginGuards;
import dev.tiergate.plugins.PluginRuntime;
import dev.tiergate.routes.GatewayConfig;
import dev.tiergate.routes.Match;
import dev.tiergate.routes.Mode;
import dev.tiergate.routes.Route;
import dev.tiergate.routes.TargetRule;
import dev.tiergate.routes.TargetRule.Reserved;
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
import java.util.List;
import java.util.Objects;

/** A gate with its routes, and requests of a thousand stores in turn. */
final class GateScene implements AutoCloseable {

    private static final String HOST = "shop.example.com";
    private static final Forwarding.Way WAY =
            new Forwarding.Way("192.0.2.1", false, "http", HOST, List.of("192.0.2.1"));

    private final Vertx vertx = Vertx.vertx();
    private final SignedTokens signed = new SignedTokens();
    private final PluginRuntime plugins;
    private final GatewayConfig config;
    private final Gate gate;
    private final List<List<Check>> chains; // by the route's index
    private final List<Get> requests;
    private int next;

    /** @param routes lines of routes.yaml below {@code routes:} */
    GateScene(String routes, List<CheckFactory<?>> factories) {
        config = GatedRoute.config(
                "version: 1\n"
                        + "apis: { store: off, user: off, ofrep: off }\n"
                        + "upstreams: { shop: { endpoints: [ \"http://127.0.0.1:9001\" ] } }\n"
                        + "auth: { jwt: " + signed.rules() + " }\n"
                        + "routes:\n"
                        + routes,
                factories);
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
        plugins = new PluginRuntime(metrics, Reserved.NOTHING);
        PluginGuards guards = plugins.onLoop(vertx);
        chains = config.routes().stream()
                .map(route -> GatedRoute.chain(route, config, guards, metrics, SignedTokens.NOW))
                .toList();
        var arrived = arrived();
        requests = signed.headers().stream()
                .map(headers -> new Get(arrived, headers))
                .toList();
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
        await(client.request(HttpMethod.GET, server.actualPort(), "127.0.0.1", "/")
                .compose(request -> request.send()));
        return arriving.future().result();
    }

    /** Asks once for each store, so that all is known; then the answer has to be this one, and at once. */
    void expect(String path, boolean allowed) {
        requests.forEach(request -> await(decide(path, request)));
        Future<Decision> decision = decide(path, requests.get(0));
        if (!decision.isComplete() || decision.result().<Boolean>fold(allow -> true, refuse -> false) != allowed) {
            throw new IllegalStateException(path + " is answered with " + decision);
        }
    }

    Future<Decision> decide(String path) {
        next = (next + 1) % requests.size();
        return decide(path, requests.get(next));
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

    private static void await(Future<?> future) {
        future.toCompletionStage().toCompletableFuture().join();
    }

    @Override
    public void close() {
        plugins.close();
        await(vertx.close());
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
