package dev.tiergate.edge;

import java.util.stream.Stream;

/** Names of headers by which a client might say what is not its to say, for {@code @MethodSource}. */
final class ClientHeaders {

    private ClientHeaders() {}

    static Stream<String> pathOverrides() {
        return Stream.of(
                "X-Original-URL",
                "X-Rewrite-URL",
                "X-Forwarded-Uri",
                "X-Forwarded-Path",
                "X-Forwarded-Prefix",
                "X-Original-URI",
                "Request-Uri",
                "X-HTTP-DestinationURL",
                "Destination",
                "Base-Url",
                "Http-Url",
                "Uri",
                "Url",
                "Proxy-Url",
                "X-Proxy-Url");
    }

    static Stream<String> methodOverrides() {
        return Stream.of("X-HTTP-Method-Override", "X-HTTP-Method", "X-Method-Override");
    }

    static Stream<String> forwarding() {
        return Stream.of(
                "Forwarded",
                "X-Forwarded-For",
                "X-Forwarded-Host",
                "X-Forwarded-Proto",
                "X-Forwarded-Port",
                "X-Forwarded-Server",
                "X-Forwarded-By",
                "X-Host",
                "X-HTTP-Host-Override");
    }

    static Stream<String> addresses() {
        return Stream.of(
                "X-Real-IP",
                "X-Client-IP",
                "Client-IP",
                "Cluster-Client-IP",
                "True-Client-IP",
                "CF-Connecting-IP",
                "X-Originating-IP",
                "X-Remote-IP",
                "X-Remote-Addr",
                "X-Custom-IP-Authorization",
                "X-ProxyUser-Ip",
                "X-WAP-Profile");
    }

    /** What the gateway itself says to a backend. */
    static Stream<String> ours() {
        return Stream.of(
                "X-Tiergate-Store-Id",
                "X-Tiergate-Tier",
                "X-Tiergate-Entitlements",
                "X-Tiergate-Decision",
                "X-Request-Id",
                "traceparent");
    }

    static Stream<String> all() {
        return Stream.of(pathOverrides(), methodOverrides(), forwarding(), addresses(), ours())
                .flatMap(names -> names);
    }
}
