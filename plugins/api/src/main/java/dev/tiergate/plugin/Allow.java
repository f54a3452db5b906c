package dev.tiergate.plugin;

import java.util.Map;
import java.util.function.Function;

/**
 * The check has nothing against the request.
 *
 * @param upstreamHeaders set on the request to the upstream
 * @param responseHeaders set on the response to the client
 * @param settlement told what became of the request
 */
public record Allow(Map<String, String> upstreamHeaders, Map<String, String> responseHeaders, Settlement settlement)
        implements Decision {

    private static final Allow PLAIN = new Allow(Map.of(), Map.of(), Settlement.NONE);

    public static Allow plain() {
        return PLAIN;
    }

    public Allow withUpstreamHeaders(Map<String, String> headers) {
        return new Allow(headers, responseHeaders, settlement);
    }

    public Allow withResponseHeaders(Map<String, String> headers) {
        return new Allow(upstreamHeaders, headers, settlement);
    }

    public Allow withSettlement(Settlement next) {
        return new Allow(upstreamHeaders, responseHeaders, next);
    }

    @Override
    public <T> T fold(Function<? super Allow, ? extends T> allow, Function<? super Refuse, ? extends T> refuse) {
        return allow.apply(this);
    }
}
