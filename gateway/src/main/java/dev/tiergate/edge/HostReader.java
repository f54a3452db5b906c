package dev.tiergate.edge;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** Reads for which host a request is meant, once; every request must say it exactly once (RFC 9112, section 3.2). */
final class HostReader {

    private HostReader() {}

    /** One host, or why not. */
    sealed interface Host {

        record Named(Authority authority) implements Host {}

        /** @param detail a sentence for the client */
        record Unclear(String detail) implements Host {}
    }

    /**
     * @param headers the values of all Host headers
     * @param authority the {@code :authority} of an HTTP/2 request; null when it has none, and for HTTP/1
     */
    static Host read(List<String> headers, @Nullable String authority) {
        if (headers.size() > 1) {
            return new Host.Unclear("The request has more than one Host header");
        }
        if (headers.isEmpty() && authority == null) {
            return new Host.Unclear("The request has no Host header");
        }
        Authority named = Authority.parse(authority != null ? authority : headers.get(0));
        if (named == null) {
            return new Host.Unclear("The Host header is not a host name with an optional port");
        }
        if (authority != null && !headers.isEmpty() && !named.equals(Authority.parse(headers.get(0)))) {
            return new Host.Unclear("The Host header and the :authority differ");
        }
        return new Host.Named(named);
    }
}
