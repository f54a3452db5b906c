package dev.tiergate.api.admin;

import io.vertx.core.Future;
import io.vertx.core.http.HttpMethod;
import java.util.Set;

/**
 * One method of one path, and what a caller has to bring before it is asked.
 *
 * @param path below the API's root, with {@code {name}} for parameters, as openapi.yaml has it
 * @param query the parameters of the query that it knows; any other is refused
 * @param body whether a JSON body has to come
 * @param conditional whether If-Match has to come
 */
record Operation(
        HttpMethod method,
        String path,
        Role role,
        Set<String> query,
        boolean body,
        boolean conditional,
        Handler handler) {

    @FunctionalInterface
    interface Handler {
        /** A failure with a {@link Problem.ProblemException} is an answer; any other is a fault of ours. */
        Future<Reply> answer(AdminCall call);
    }

    static Operation get(String path, Handler handler, String... query) {
        return new Operation(HttpMethod.GET, path, Role.VIEWER, Set.of(query), false, false, handler);
    }

    /** Creates: no If-Match, but it may be sent again with the same Idempotency-Key. */
    static Operation post(String path, Handler handler, String... query) {
        return new Operation(HttpMethod.POST, path, Role.EDITOR, Set.of(query), true, false, handler);
    }

    static Operation put(String path, Handler handler, String... query) {
        return new Operation(HttpMethod.PUT, path, Role.EDITOR, Set.of(query), true, true, handler);
    }

    static Operation patch(String path, Handler handler, String... query) {
        return new Operation(HttpMethod.PATCH, path, Role.EDITOR, Set.of(query), true, true, handler);
    }

    static Operation delete(String path, Handler handler, String... query) {
        return new Operation(HttpMethod.DELETE, path, Role.EDITOR, Set.of(query), false, true, handler);
    }

    /** A POST that says all by its path. */
    static Operation action(String path, Handler handler, String... query) {
        return new Operation(HttpMethod.POST, path, Role.EDITOR, Set.of(query), false, true, handler);
    }

    Operation needing(Role least) {
        return new Operation(method, path, least, query, body, conditional, handler);
    }

    /** The handler decides by itself whether If-Match has to be there. */
    Operation unconditional() {
        return new Operation(method, path, role, query, body, false, handler);
    }
}
