package dev.tiergate.plugin;

import java.util.regex.Pattern;

/**
 * Why a request was refused.
 *
 * @param code up to 64 characters in snake_case, stable: clients branch on it and metrics count it
 * @param status the HTTP status, 400 to 599
 */
public record Reason(String code, int status) {

    private static final Pattern CODE = Pattern.compile("[a-z][a-z0-9_]{0,63}");

    public static final Reason BAD_REQUEST = new Reason("bad_request", 400);
    public static final Reason AMBIGUOUS_PATH = new Reason("ambiguous_path", 400);
    public static final Reason AMBIGUOUS_BODY = new Reason("ambiguous_body", 400);
    public static final Reason MODEL_REQUIRED = new Reason("model_required", 400);
    public static final Reason IDEMPOTENCY_KEY_REQUIRED = new Reason("idempotency_key_required", 400);
    public static final Reason IDEMPOTENCY_KEY_INVALID = new Reason("idempotency_key_invalid", 400);
    public static final Reason AUTHENTICATION_REQUIRED = new Reason("authentication_required", 401);
    public static final Reason INVALID_TOKEN = new Reason("invalid_token", 401);
    public static final Reason STORE_UNKNOWN = new Reason("store_unknown", 403);
    public static final Reason STORE_SUSPENDED = new Reason("store_suspended", 403);
    public static final Reason FEATURE_INACTIVE = new Reason("feature_inactive", 403);
    public static final Reason FEATURE_DISABLED_FOR_STORE = new Reason("feature_disabled_for_store", 403);
    public static final Reason TIER_TOO_LOW = new Reason("tier_too_low", 403);
    public static final Reason DEPENDENCY_MISSING = new Reason("dependency_missing", 403);
    public static final Reason MODEL_NOT_ALLOWED = new Reason("model_not_allowed", 403);
    public static final Reason ROLE_MISSING = new Reason("role_missing", 403);
    public static final Reason NO_ROUTE = new Reason("no_route", 404);
    public static final Reason NO_SUCH_FEATURE = new Reason("feature_unknown", 404);
    public static final Reason NO_SUCH_LIMIT = new Reason("limit_unknown", 404);
    public static final Reason METHOD_NOT_ALLOWED = new Reason("method_not_allowed", 405);
    public static final Reason REQUEST_TIMEOUT = new Reason("request_timeout", 408);
    public static final Reason IDEMPOTENCY_IN_FLIGHT = new Reason("idempotency_in_flight", 409);
    public static final Reason BODY_TOO_LARGE = new Reason("request_too_large", 413);
    public static final Reason TARGET_TOO_LONG = new Reason("request_too_large", 414);
    public static final Reason UNSUPPORTED_ENCODING = new Reason("unsupported_encoding", 415);
    public static final Reason IDEMPOTENCY_KEY_REUSED = new Reason("idempotency_key_reused", 422);
    public static final Reason UPGRADE_UNKNOWN = new Reason("upgrade_unknown", 426);
    public static final Reason LIMIT_REACHED = new Reason("limit_reached", 429);
    public static final Reason CONCURRENCY_REACHED = new Reason("concurrency_reached", 429);
    public static final Reason HEADERS_TOO_LARGE = new Reason("request_too_large", 431);
    public static final Reason EXTENDED_CONNECT = new Reason("extended_connect", 501);
    public static final Reason UPSTREAM_UNAVAILABLE = new Reason("upstream_unavailable", 502);
    public static final Reason ENTITLEMENTS_UNAVAILABLE = new Reason("entitlements_unavailable", 503);
    public static final Reason LIMITS_UNAVAILABLE = new Reason("limits_unavailable", 503);
    public static final Reason FEATURE_UNKNOWN = new Reason("feature_unknown", 503);
    public static final Reason KEYS_UNAVAILABLE = new Reason("keys_unavailable", 503);
    public static final Reason CHECK_FAILED = new Reason("check_failed", 503);
    public static final Reason OVERLOADED = new Reason("overloaded", 503);
    public static final Reason CIRCUIT_OPEN = new Reason("circuit_open", 503);
    public static final Reason UPSTREAM_TIMEOUT = new Reason("upstream_timeout", 504);

    /** @throws IllegalArgumentException where the code is not in snake_case, or the status is not that of a refusal */
    public Reason {
        if (!CODE.matcher(code).matches() || status < 400 || status > 599) {
            throw new IllegalArgumentException("'" + code + "' with status " + status + " is no reason to refuse");
        }
    }

    /** A plugin's own reason: a 403. */
    public static Reason forbidden(String code) {
        return new Reason(code, 403);
    }
}
