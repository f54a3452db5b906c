package dev.tiergate.telemetry;

/** The members of a log line besides level, message, timestamp and logger. */
public final class LogKeys {

    public static final String FEATURE_ID = "feature_id";
    public static final String USER_ID = "user_id";
    public static final String STORE_ID = "store_id";
    public static final String TIER = "tier";

    /** Why, in a sentence. */
    public static final String REASON = "reason";

    /** Why, as a code that does not change. */
    public static final String REASON_CODE = "reason_code";

    /** The route's id; the same as {@link #ROUTE_ID}, under the name that dashboards of the older system read. */
    public static final String ROUTE = "route";

    public static final String ROUTE_ID = "route_id";
    public static final String METHOD = "method";

    /** The canonical path, without the query. */
    public static final String PATH = "path";

    public static final String IP = "ip";
    public static final String STATUS = "status";
    public static final String MODE = "mode";
    public static final String REQUEST_ID = "request_id";

    /** The id that the client sent, cut to 128 characters. */
    public static final String CLIENT_REQUEST_ID = "client_request_id";

    /** What was changed about a request so that it passed, by names. */
    public static final String CHANGED = "changed";

    /** Lines that were left out since the last one. */
    public static final String SUPPRESSED = "suppressed";

    private LogKeys() {}
}
