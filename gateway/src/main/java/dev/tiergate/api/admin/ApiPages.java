package dev.tiergate.api.admin;

import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.Callable;

/** {@code /openapi.json} and a page that shows it. They tell what the gateway can, and nothing of what it holds: no token. */
final class ApiPages {

    /** With the version that the pom names. */
    private static final String WEBJAR = "/META-INF/resources/webjars/swagger-ui/5.34.1/";

    /**
     * The page's scripts set styles through the object model only, which needs no {@code unsafe-inline}; its style sheet has
     * small pictures as data.
     */
    private static final String POLICY =
            "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
                    + "connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

    private static final String SCRIPT = "text/javascript; charset=utf-8";

    private final Map<String, Future<Buffer>> read = new HashMap<>();

    void mount(Router listener) {
        serve(
                listener,
                "/openapi.json",
                "application/json",
                () -> ApiDescription.load().toBuffer());
        serve(listener, "/docs", "text/html; charset=utf-8", () -> resource("/docs/index.html"));
        serve(listener, "/docs/initializer.js", SCRIPT, () -> resource("/docs/initializer.js"));
        serve(listener, "/docs/swagger-ui-bundle.js", SCRIPT, () -> webjar("swagger-ui-bundle.js"));
        serve(listener, "/docs/swagger-ui.css", "text/css; charset=utf-8", () -> webjar("swagger-ui.css"));
    }

    /** Read when it is first asked for, off the event loop, and kept. */
    private void serve(Router listener, String path, String type, Callable<Buffer> content) {
        listener.get(path)
                .handler(rc -> read.computeIfAbsent(path, first -> rc.vertx().executeBlocking(content))
                        .onSuccess(body -> write(rc, type, body))
                        .onFailure(rc::fail));
    }

    private static void write(RoutingContext rc, String type, Buffer body) {
        rc.response()
                .putHeader(HttpHeaders.CONTENT_TYPE, type)
                .putHeader(HttpHeaders.CACHE_CONTROL, "no-store")
                .putHeader("Content-Security-Policy", POLICY)
                .putHeader("Referrer-Policy", "no-referrer")
                .putHeader("X-Content-Type-Options", "nosniff")
                .end(body);
    }

    private static Buffer webjar(String file) {
        return resource(WEBJAR + file);
    }

    private static Buffer resource(String name) {
        try (InputStream in = open(name)) {
            return Buffer.buffer(in.readAllBytes());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static InputStream open(String name) {
        var in = ApiPages.class.getResourceAsStream(name);
        if (in == null) {
            throw new IllegalStateException("The jar has no " + name);
        }
        return in;
    }
}
