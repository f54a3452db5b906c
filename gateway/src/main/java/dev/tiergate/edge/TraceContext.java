package dev.tiergate.edge;

import io.vertx.core.http.HttpHeaders;
import java.util.List;

/**
 * The W3C trace context that goes to the backend (Trace Context, level 1).
 *
 * @param traceparent the header's value
 * @param continued whether the trace is the client's; otherwise a {@code tracestate} of the client must not go along
 */
record TraceContext(String traceparent, boolean continued) {

    static final CharSequence PARENT_HEADER = HttpHeaders.createOptimized("traceparent");

    /** version 2, trace 32, parent 16 and flags 2 digits, with three hyphens. */
    private static final int LENGTH = 55;

    private static final int TRACE = 3;
    private static final int PARENT = 36;
    private static final int FLAGS = 53;

    /** A trace that starts here is sampled, as OpenTelemetry does by default where nobody said otherwise. */
    private static final String SAMPLED = "01";

    /** Continues the trace of a request's {@code traceparent} headers with a span of its own, or starts one. */
    static TraceContext next(List<String> headers, RequestIds ids) {
        if (headers.size() == 1 && valid(headers.get(0))) {
            String parent = headers.get(0);
            String trace = parent.substring(TRACE, PARENT - 1);
            int flags = Character.digit(parent.charAt(FLAGS + 1), 16) & 1;
            return new TraceContext("00-" + trace + '-' + ids.spanId() + "-0" + flags, true);
        }
        return new TraceContext("00-" + ids.traceId() + '-' + ids.spanId() + '-' + SAMPLED, false);
    }

    private static boolean valid(String parent) {
        if (parent.length() < LENGTH || parent.startsWith("ff")) {
            return false;
        }
        boolean whole = parent.length() == LENGTH || (!parent.startsWith("00") && parent.charAt(LENGTH) == '-');
        return whole
                && hex(parent, 0, 2)
                && parent.charAt(TRACE - 1) == '-'
                && hex(parent, TRACE, PARENT - 1)
                && parent.charAt(PARENT - 1) == '-'
                && hex(parent, PARENT, FLAGS - 1)
                && parent.charAt(FLAGS - 1) == '-'
                && hex(parent, FLAGS, LENGTH)
                && !zero(parent, TRACE, PARENT - 1)
                && !zero(parent, PARENT, FLAGS - 1);
    }

    private static boolean hex(String text, int from, int to) {
        for (int i = from; i < to; i++) {
            char c = text.charAt(i);
            if ((c < '0' || c > '9') && (c < 'a' || c > 'f')) {
                return false;
            }
        }
        return true;
    }

    private static boolean zero(String text, int from, int to) {
        for (int i = from; i < to; i++) {
            if (text.charAt(i) != '0') {
                return false;
            }
        }
        return true;
    }
}
