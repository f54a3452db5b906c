package dev.tiergate.api.admin;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * An answer that is not what was asked for (RFC 9457).
 *
 * @param reason what clients branch on, in lower case
 * @param detail a sentence for people; holds no secret
 * @param errors what is wrong, field by field
 * @param headers besides the usual ones
 */
record Problem(int status, String reason, String detail, List<Fault> errors, Map<String, String> headers) {

    static final String MEDIA_TYPE = "application/problem+json";

    private static final String TAG = "tag:tiergate.dev,2026:";
    private static final String RETRY_SECONDS = "2";

    /**
     * @param where {@code pointer} into the body (RFC 6901), or {@code parameter} of the query
     * @param name the pointer, or the parameter's name
     */
    record Fault(Where where, String name, String detail) {

        enum Where {
            POINTER,
            PARAMETER
        }

        static Fault at(String pointer, String detail) {
            return new Fault(Where.POINTER, pointer, detail);
        }

        static Fault of(String parameter, String detail) {
            return new Fault(Where.PARAMETER, parameter, detail);
        }

        private JsonObject json() {
            return new JsonObject()
                    .put(where == Where.POINTER ? "pointer" : "parameter", name)
                    .put("detail", detail);
        }
    }

    static Problem of(int status, String reason, String detail) {
        return new Problem(status, reason, detail, List.of(), Map.of());
    }

    /** The request alone shows that it is wrong. */
    static Problem invalid(List<Fault> errors) {
        return new Problem(400, "invalid_request", "Something in the request is not as it has to be", errors, Map.of());
    }

    /** What the request says does not go together with what there is. */
    static Problem unprocessable(String pointer, String detail) {
        return unprocessable(List.of(Fault.at(pointer, detail)));
    }

    static Problem unprocessable(List<Fault> errors) {
        return new Problem(422, "not_possible", "The change does not fit what is there", errors, Map.of());
    }

    static Problem conflict(String reason, String detail, String pointer) {
        return new Problem(409, reason, detail, List.of(Fault.at(pointer, detail)), Map.of());
    }

    static Problem notFound(String what) {
        return of(404, "not_found", "There is no such " + what);
    }

    /** Ours to mend; the same request may succeed later. */
    static Problem unavailable(String detail) {
        return new Problem(503, "unavailable", detail, List.of(), Map.of("Retry-After", RETRY_SECONDS));
    }

    Problem with(String header, String value) {
        return new Problem(status, reason, detail, errors, Map.of(header, value));
    }

    JsonObject json(String requestId) {
        var title = reason.replace('_', ' ');
        var body = new JsonObject()
                .put("type", TAG + reason)
                .put("title", Character.toUpperCase(title.charAt(0)) + title.substring(1))
                .put("status", status)
                .put("detail", detail)
                .put("instance", TAG + "request/" + requestId)
                .put("reason", reason)
                .put("request_id", requestId);
        if (!errors.isEmpty()) {
            var all = new JsonArray();
            errors.forEach(fault -> all.add(fault.json()));
            body.put("errors", all);
        }
        return body;
    }

    /** To end what is under way, a transaction among it. */
    ProblemException asException() {
        return new ProblemException(this);
    }

    /** Carries a problem through a future; not a fault of the program, so it has no stack trace. */
    static final class ProblemException extends RuntimeException {
        private static final long serialVersionUID = 1L;

        private final transient Problem problem;

        private ProblemException(Problem problem) {
            super(problem.detail(), null, false, false);
            this.problem = problem;
        }

        Problem problem() {
            return problem;
        }
    }

    static Optional<Problem> in(Throwable fault) {
        return fault instanceof ProblemException carried ? Optional.of(carried.problem()) : Optional.empty();
    }
}
