package dev.tiergate.plugin;

import java.util.HashMap;
import java.util.Map;
import java.util.function.Function;

/**
 * The check has nothing against the request.
 *
 * @param upstreamHeaders set on the request to the upstream
 * @param responseHeaders set on the response to the client
 * @param settlement told what became of the request
 * @param failOpen true when the check could not decide and its policy lets the request pass
 */
public record Allow(
        Map<String, String> upstreamHeaders,
        Map<String, String> responseHeaders,
        Settlement settlement,
        boolean failOpen)
        implements Decision {

    private static final Allow PLAIN = new Allow(Map.of(), Map.of(), Settlement.NONE, false);

    public static Allow plain() {
        return PLAIN;
    }

    public Allow withUpstreamHeaders(Map<String, String> headers) {
        return new Allow(headers, responseHeaders, settlement, failOpen);
    }

    public Allow withResponseHeaders(Map<String, String> headers) {
        return new Allow(upstreamHeaders, headers, settlement, failOpen);
    }

    public Allow withSettlement(Settlement next) {
        return new Allow(upstreamHeaders, responseHeaders, next, failOpen);
    }

    public Allow asFailOpen() {
        return new Allow(upstreamHeaders, responseHeaders, settlement, true);
    }

    /** Both together; where both set a header, the later one counts. */
    public Allow and(Allow later) {
        if (equals(PLAIN)) {
            return later;
        }
        if (later.equals(PLAIN)) {
            return this;
        }
        return new Allow(
                union(upstreamHeaders, later.upstreamHeaders),
                union(responseHeaders, later.responseHeaders),
                settlement.and(later.settlement),
                failOpen || later.failOpen);
    }

    @Override
    public <T> T fold(Function<? super Allow, ? extends T> allow, Function<? super Refuse, ? extends T> refuse) {
        return allow.apply(this);
    }

    private static Map<String, String> union(Map<String, String> first, Map<String, String> second) {
        if (first.isEmpty()) {
            return second;
        }
        if (second.isEmpty()) {
            return first;
        }
        var all = new HashMap<>(first);
        all.putAll(second);
        return all;
    }
}
