package dev.tiergate.api.admin;

import io.vertx.core.Future;
import io.vertx.core.MultiMap;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.UUID;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A request's way through the admin API: where it comes from, who sent it, what they may do, its form; then its operation.
 * Each step either passes or ends with a {@link Problem}.
 */
final class AdminRouter {

    private static final Logger LOG = LoggerFactory.getLogger(AdminRouter.class);
    private static final String REQUEST_ID = "tiergate.request-id";
    private static final String ACTOR = "tiergate.actor";

    private final Function<MultiMap, Future<Actor>> identity;
    private final Supplier<Optional<String>> notReady;
    private final List<AdminOperation> operations;

    /** @param identity fails with a problem where there is no operator */
    AdminRouter(
            Function<MultiMap, Future<Actor>> identity,
            Supplier<Optional<String>> notReady,
            List<AdminOperation> operations) {
        this.identity = identity;
        this.notReady = notReady;
        this.operations = operations;
    }

    void mount(Router listener) {
        listener.route(AdminApi.ROOT + "/*").handler(this::enter).failureHandler(this::fail);
        Map<String, Set<String>> methods = new TreeMap<>();
        for (var operation : operations) {
            var path = AdminApi.ROOT + operation.path().replaceAll("\\{(\\w+)}", ":$1");
            listener.route(operation.method(), path).handler(rc -> answer(rc, operation));
            methods.computeIfAbsent(path, first -> new TreeSet<>())
                    .add(operation.method().name());
        }
        methods.forEach((path, known) -> listener.route(path).handler(rc -> wrongMethod(rc, known)));
        listener.route(AdminApi.ROOT + "/*").handler(rc -> end(rc, Problem.notFound("operation")));
    }

    /** The body waits until it is known who sends it. */
    private void enter(RoutingContext rc) {
        rc.request().pause();
        rc.put(REQUEST_ID, UUID.randomUUID().toString().replace("-", ""));
        if (!sameOrigin(rc)) {
            end(rc, Problem.of(403, "foreign_origin", "Pages of other origins may not ask this"));
            return;
        }
        var trouble = notReady.get();
        if (trouble.isPresent()) {
            end(rc, Problem.unavailable("Not ready: " + trouble.get()));
            return;
        }
        identity.apply(rc.request().headers())
                .onSuccess(actor -> {
                    rc.put(ACTOR, actor);
                    rc.next();
                })
                .onFailure(fault -> end(rc, fault));
    }

    /** Browsers send Origin with whatever a page of theirs sends; other clients do not. */
    private static boolean sameOrigin(RoutingContext rc) {
        var origins = rc.request().headers().getAll(HttpHeaders.ORIGIN);
        var host = String.valueOf(rc.request().getHeader(HttpHeaders.HOST)).toLowerCase(Locale.ROOT);
        return origins.stream()
                .allMatch(origin -> origin.toLowerCase(Locale.ROOT).matches("https?://" + Pattern.quote(host)));
    }

    private void answer(RoutingContext rc, AdminOperation operation) {
        Actor actor = Objects.requireNonNull(rc.get(ACTOR));
        refusal(rc, operation, actor)
                .ifPresentOrElse(
                        problem -> end(rc, problem),
                        () -> body(rc, operation)
                                .compose(body ->
                                        operation.handler().answer(new AdminCall(rc, actor, requestId(rc), body)))
                                .onSuccess(reply -> end(rc, reply))
                                .onFailure(fault -> end(rc, fault)));
    }

    /** What can be said against a request before it is looked at. */
    private Optional<Problem> refusal(RoutingContext rc, AdminOperation operation, Actor actor) {
        if (!actor.role().covers(operation.role())) {
            return Optional.of(Problem.of(
                    403,
                    "role_missing",
                    "This needs the role " + operation.role().text() + "; the token has "
                            + actor.role().text()));
        }
        if (operation.body() && !json(rc)) {
            return Optional.of(Problem.of(415, "unsupported_media_type", "The body is to be application/json"));
        }
        if (operation.conditional() && !rc.request().headers().contains(HttpHeaders.IF_MATCH)) {
            return Optional.of(Problem.of(
                    428, "if_match_required", "If-Match is to carry the ETag of what you read before you changed it"));
        }
        var unknown = rc.queryParams().names().stream()
                .filter(name -> !operation.query().contains(name))
                .map(name -> Problem.Fault.of(name, "is not known here"))
                .toList();
        if (!unknown.isEmpty()) {
            return Optional.of(Problem.invalid(unknown));
        }
        return Optional.empty();
    }

    private static boolean json(RoutingContext rc) {
        var type =
                String.valueOf(rc.request().getHeader(HttpHeaders.CONTENT_TYPE)).toLowerCase(Locale.ROOT);
        return Arrays.stream(type.split(";", 2)).findFirst().map(String::strip).equals(Optional.of("application/json"));
    }

    private static Future<Buffer> body(RoutingContext rc, AdminOperation operation) {
        if (operation.body()) {
            return RequestBody.read(rc.request());
        }
        rc.request().resume();
        return Future.succeededFuture(Buffer.buffer());
    }

    private static void wrongMethod(RoutingContext rc, Set<String> known) {
        var allowed = String.join(", ", known);
        end(rc, Problem.of(405, "method_not_allowed", "This takes " + allowed).with("Allow", allowed));
    }

    /** A handler that threw. */
    private void fail(RoutingContext rc) {
        end(rc, rc.failure() == null ? new IllegalStateException("status " + rc.statusCode()) : rc.failure());
    }

    private static void end(RoutingContext rc, Throwable fault) {
        end(rc, Problem.in(fault).or(() -> SqlProblems.of(fault)).orElseGet(() -> {
            LOG.error("The admin API failed at {} {}", rc.request().method(), requestId(rc), fault);
            return Problem.of(500, "failed", "Something is wrong here; the log says more under the request's id");
        }));
    }

    private static void end(RoutingContext rc, Problem problem) {
        if (rc.response().headWritten() || rc.response().closed()) {
            return;
        }
        problem.headers().forEach(rc.response()::putHeader);
        if (!rc.request().isEnded()) {
            // what is left of the body is not read
            rc.response().putHeader(HttpHeaders.CONNECTION, "close");
        }
        write(
                rc,
                problem.status(),
                Problem.MEDIA_TYPE,
                problem.json(requestId(rc)).encode());
    }

    private static void end(RoutingContext rc, Reply reply) {
        if (rc.response().headWritten() || rc.response().closed()) {
            return;
        }
        if (reply.etag() != null) {
            rc.response().putHeader(HttpHeaders.ETAG, reply.etag());
        }
        if (reply.location() != null) {
            rc.response().putHeader(HttpHeaders.LOCATION, reply.location());
        }
        write(rc, reply.status(), reply.body() == null ? "" : "application/json", reply.encoded());
    }

    private static void write(RoutingContext rc, int status, String type, String body) {
        var response = rc.response()
                .setStatusCode(status)
                .putHeader("X-Request-Id", requestId(rc))
                .putHeader(HttpHeaders.CACHE_CONTROL, "no-store")
                .putHeader("X-Content-Type-Options", "nosniff");
        if (!type.isEmpty()) {
            response.putHeader(HttpHeaders.CONTENT_TYPE, type);
        }
        response.end(body);
    }

    private static String requestId(RoutingContext rc) {
        return Objects.requireNonNull(rc.<String>get(REQUEST_ID));
    }
}
