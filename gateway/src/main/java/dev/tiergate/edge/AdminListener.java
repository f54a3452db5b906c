package dev.tiergate.edge;

import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Supplier;

/** The listener for operators, apart from the public one: {@code /live}, {@code /ready}, {@code /status}, {@code /metrics}. */
public final class AdminListener {

    private static final String METRICS_TYPE = "text/plain; version=0.0.4; charset=utf-8";

    private final HttpServer server;

    private AdminListener(HttpServer server) {
        this.server = server;
    }

    /**
     * @param status what serves now; asked for each {@code /status}
     * @param more adds further routes, served on the one event loop of this listener
     */
    public static Future<AdminListener> listen(
            Vertx vertx,
            String host,
            int port,
            Readiness readiness,
            Supplier<JsonObject> status,
            PrometheusMeterRegistry registry,
            Consumer<Router> more) {
        var router = Router.router(vertx);
        router.get("/live").handler(rc -> json(rc, 200, new JsonObject().put("live", true)));
        router.get("/ready").handler(rc -> json(rc, readiness.ready() ? 200 : 503, readiness.report()));
        router.get("/status").handler(rc -> json(rc, 200, status.get()));
        router.get("/metrics")
                .handler(rc -> vertx.executeBlocking(registry::scrape, false)
                        .onSuccess(text -> rc.response()
                                .putHeader("Content-Type", METRICS_TYPE)
                                .end(text))
                        .onFailure(rc::fail));
        more.accept(router);
        var options = new HttpServerOptions().setIdleTimeout(60).setIdleTimeoutUnit(TimeUnit.SECONDS);
        return vertx.createHttpServer(options)
                .requestHandler(router)
                .listen(port, host)
                .map(AdminListener::new);
    }

    public int port() {
        return server.actualPort();
    }

    public Future<Void> close() {
        return server.close();
    }

    private static void json(RoutingContext rc, int status, JsonObject body) {
        rc.response()
                .setStatusCode(status)
                .putHeader("Content-Type", "application/json")
                .putHeader("Cache-Control", "no-store")
                .putHeader("X-Content-Type-Options", "nosniff")
                .end(body.toBuffer());
    }
}
