package dev.tiergate.edge;

import dev.tiergate.routes.Cidr;
import dev.tiergate.routes.IpAddress;
import io.vertx.core.MultiMap;
import io.vertx.core.http.HttpHeaders;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Where a request came from, and how backends are told (RFC 7239 and the older X-Forwarded headers). What trusted proxies
 * say is continued; what others say is replaced.
 */
final class Forwarding {

    /** Longer chains are cut at the client's end. */
    private static final int MAX_CHAIN = 32;

    private static final CharSequence FORWARDED = HttpHeaders.createOptimized("Forwarded");
    private static final CharSequence FORWARDED_FOR = HttpHeaders.createOptimized("X-Forwarded-For");
    private static final CharSequence FORWARDED_PROTO = HttpHeaders.createOptimized("X-Forwarded-Proto");
    private static final CharSequence FORWARDED_HOST = HttpHeaders.createOptimized("X-Forwarded-Host");

    private static final String UNKNOWN = "unknown";

    private final List<Cidr> trusted;
    private final @Nullable String clientIpHeader;

    /** Behind a load balancer there are only a few, and each sends many requests. */
    private Peer last;

    Forwarding(List<Cidr> trusted, @Nullable String clientIpHeader) {
        this.trusted = List.copyOf(trusted);
        this.clientIpHeader = clientIpHeader;
        this.last = peer(null);
    }

    /**
     * A connection's other end.
     *
     * @param address as the connection has it; null where it has none
     */
    private record Peer(@Nullable String address, String canonical, boolean trusted) {}

    /**
     * One request's way here.
     *
     * @param clientAddress the first address from the gateway outward that is no trusted proxy
     * @param trustedPeer whether the connection comes from a trusted proxy
     * @param scheme that the client used, http or https
     * @param host that the client asked for
     * @param chain addresses from the client's end to the connection's peer
     */
    record Way(String clientAddress, boolean trustedPeer, String scheme, String host, List<String> chain) {

        /** Sets what the backend is told. */
        void tell(MultiMap headers) {
            headers.set(FORWARDED, forwarded());
            headers.set(FORWARDED_FOR, chain.size() == 1 ? chain.get(0) : String.join(", ", chain));
            headers.set(FORWARDED_PROTO, scheme);
            headers.set(FORWARDED_HOST, host);
        }

        private String forwarded() {
            var text = new StringBuilder();
            for (String address : chain) {
                text.append(text.length() == 0 ? "for=" : ", for=").append(node(address));
                if (text.indexOf(";") < 0) {
                    text.append(";host=").append(quoted(host)).append(";proto=").append(scheme);
                }
            }
            return text.toString();
        }

        private static String node(String address) {
            return address.indexOf(':') < 0 ? address : "\"[" + address + "]\"";
        }

        private static String quoted(String host) {
            return host.indexOf(':') < 0 ? host : '"' + host + '"';
        }
    }

    /**
     * @param peer the address of the connection's other end; null where it has none
     * @param scheme of the connection
     * @param host that the request names
     */
    Way read(@Nullable String peer, String scheme, Authority host, MultiMap headers) {
        Peer known = last;
        if (!Objects.equals(peer, known.address())) {
            known = peer(peer);
            last = known;
        }
        String peerText = known.canonical();
        if (!known.trusted()) {
            return new Way(peerText, false, scheme, host.toString(), List.of(peerText));
        }
        List<Hop> hops = hops(headers);
        List<String> chain = new ArrayList<>();
        for (Hop hop : hops) {
            chain.add(hop.text());
        }
        chain.add(peerText);
        return new Way(
                client(headers, hops, peerText),
                true,
                scheme(headers, scheme),
                host(headers, host),
                List.copyOf(chain));
    }

    private Peer peer(@Nullable String text) {
        IpAddress address = text == null ? null : IpAddress.parse(text);
        return address == null
                ? new Peer(text, UNKNOWN, false)
                : new Peer(text, address.toString(), isTrusted(address));
    }

    private boolean isTrusted(IpAddress address) {
        for (Cidr block : trusted) {
            if (block.contains(address)) {
                return true;
            }
        }
        return false;
    }

    private String client(MultiMap headers, List<Hop> hops, String peer) {
        if (clientIpHeader != null) {
            List<String> named = HeaderValues.all(headers, clientIpHeader);
            Hop hop = named.size() == 1 ? Hop.parse(named.get(0)) : null;
            if (hop != null) {
                return hop.text();
            }
        }
        String client = peer;
        for (int i = hops.size() - 1; i >= 0; i--) {
            client = hops.get(i).text();
            if (!isTrusted(hops.get(i).address())) {
                break;
            }
        }
        return client;
    }

    /** The chain that proxies tell, from the client's end; what stands before a word that is no address is not believed. */
    private static List<Hop> hops(MultiMap headers) {
        List<String> forwardedFor = elements(HeaderValues.all(headers, "x-forwarded-for"));
        List<String> words = forwardedFor.isEmpty() ? forwardedParameter(headers, "for") : forwardedFor;
        Deque<Hop> hops = new ArrayDeque<>();
        for (int i = words.size() - 1; i >= 0 && hops.size() < MAX_CHAIN; i--) {
            Hop hop = Hop.parse(words.get(i));
            if (hop == null) {
                break;
            }
            hops.addFirst(hop);
        }
        return List.copyOf(hops);
    }

    private static String scheme(MultiMap headers, String own) {
        List<String> told = elements(HeaderValues.all(headers, "x-forwarded-proto"));
        List<String> words = told.isEmpty() ? forwardedParameter(headers, "proto") : told;
        if (words.isEmpty()) {
            return own;
        }
        return "https".equalsIgnoreCase(words.get(0)) ? "https" : "http".equalsIgnoreCase(words.get(0)) ? "http" : own;
    }

    private static String host(MultiMap headers, Authority own) {
        List<String> told = elements(HeaderValues.all(headers, "x-forwarded-host"));
        List<String> words = told.isEmpty() ? forwardedParameter(headers, "host") : told;
        Authority named = words.isEmpty() ? null : Authority.parse(words.get(0));
        return (named == null ? own : named).toString();
    }

    /** A parameter's values in all elements of the Forwarded headers, the client's end first. */
    private static List<String> forwardedParameter(MultiMap headers, String name) {
        List<String> found = new ArrayList<>();
        for (String element : elements(HeaderValues.all(headers, "forwarded"))) {
            for (String pair : element.split(";", -1)) {
                int equals = pair.indexOf('=');
                if (equals > 0 && pair.substring(0, equals).strip().equalsIgnoreCase(name)) {
                    found.add(pair.substring(equals + 1).strip());
                }
            }
        }
        return found.stream().map(Forwarding::unquoted).toList();
    }

    private static String unquoted(String value) {
        boolean quoted = value.length() > 1 && value.startsWith("\"") && value.endsWith("\"");
        return quoted ? value.substring(1, value.length() - 1) : value;
    }

    /** The values of a header that can stand several times, split at commas. */
    private static List<String> elements(List<String> values) {
        List<String> elements = new ArrayList<>();
        for (String value : values) {
            for (String element : value.split(",", -1)) {
                String stripped = element.strip();
                if (!stripped.isEmpty()) {
                    elements.add(stripped);
                }
            }
        }
        return elements;
    }

    /** An address in a chain, with or without a port and brackets. */
    private record Hop(IpAddress address, String text) {

        static @Nullable Hop parse(String word) {
            String text = word.strip();
            int close = text.indexOf(']');
            if (text.startsWith("[") && close > 0) {
                text = text.substring(1, close);
            } else if (text.indexOf(':') == text.lastIndexOf(':') && text.indexOf('.') > 0 && text.indexOf(':') > 0) {
                text = text.substring(0, text.indexOf(':'));
            }
            IpAddress address = text.indexOf('%') >= 0 ? null : IpAddress.parse(text);
            return address == null ? null : new Hop(address, address.toString());
        }
    }
}
