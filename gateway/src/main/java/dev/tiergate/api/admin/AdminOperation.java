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
record AdminOperation(
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

    static AdminOperation get(String path, Handler handler, String... query) {
        return new AdminOperation(HttpMethod.GET, path, Role.VIEWER, Set.of(query), false, false, handler);
    }

    /** Creates: no If-Match, but it may be sent again with the same Idempotency-Key. */
    static AdminOperation post(String path, Handler handler, String... query) {
        return new AdminOperation(HttpMethod.POST, path, Role.EDITOR, Set.of(query), true, false, handler);
    }

    static AdminOperation put(String path, Handler handler, String... query) {
        return new AdminOperation(HttpMethod.PUT, path, Role.EDITOR, Set.of(query), true, true, handler);
    }

    static AdminOperation patch(String path, Handler handler, String... query) {
        return new AdminOperation(HttpMethod.PATCH, path, Role.EDITOR, Set.of(query), true, true, handler);
    }

    static AdminOperation delete(String path, Handler handler, String... query) {
        return new AdminOperation(HttpMethod.DELETE, path, Role.EDITOR, Set.of(query), false, true, handler);
    }

    /** A POST that says all by its path. */
    static AdminOperation action(String path, Handler handler, String... query) {
        return new AdminOperation(HttpMethod.POST, path, Role.EDITOR, Set.of(query), false, true, handler);
    }

    AdminOperation needing(Role least) {
        return new AdminOperation(method, path, least, query, body, conditional, handler);
    }

    /** The handler decides by itself whether If-Match has to be there. */
    AdminOperation unconditional() {
        return new AdminOperation(method, path, role, query, body, false, handler);
    }
}
