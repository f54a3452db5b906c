package dev.tiergate.edge;

import dev.tiergate.upstream.IdentityHeaders;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.function.Predicate;

/**
 * Which of a client's headers reach a backend.
 *
 * <p>Names are compared in the loosest spelling that a backend may read them in: case does not count, and whatever is
 * neither letter nor digit counts as a hyphen, as in the environment of CGI, WSGI and PHP.
 */
final class ForwardableHeaders {

    /** RFC 9110, section 7.6.1, and what the gateway answers itself. Content-Length stays: it frames the body. */
    private static final Set<String> HOP_BY_HOP = Set.of(
            "connection",
            "expect",
            "host",
            "http2-settings",
            "keep-alive",
            "proxy-authorization",
            "proxy-connection",
            "te",
            "trailer",
            "transfer-encoding",
            "upgrade");

    /** What the gateway says itself. */
    private static final Set<String> OWN = Set.of("forwarded", "traceparent", "tracestate", "x-request-id");

    /** What makes a backend read another method, path or host than the request line says. */
    private static final Set<String> OVERRIDES = Set.of(
            "base-url",
            "destination",
            "http-url",
            "proxy-url",
            "request-uri",
            "uri",
            "url",
            "x-host",
            "x-http-destinationurl",
            "x-http-host-override",
            "x-http-method",
            "x-http-method-override",
            "x-method-override",
            "x-original-host",
            "x-original-method",
            "x-original-uri",
            "x-original-url",
            "x-override-url",
            "x-proxy-url",
            "x-rewrite-uri",
            "x-rewrite-url");

    /** What tells a backend the client's address: a proxy may say so, a client may not. */
    private static final Set<String> CLIENT_ADDRESS = Set.of(
            "cf-connecting-ip",
            "cf-connecting-ipv6",
            "client-ip",
            "cluster-client-ip",
            "fastly-client-ip",
            "true-client-ip",
            "x-client-ip",
            "x-cluster-client-ip",
            "x-custom-ip-authorization",
            "x-originating-ip",
            "x-proxyuser-ip",
            "x-real-ip",
            "x-remote-addr",
            "x-remote-ip",
            "x-wap-profile");

    private static final List<String> PREFIXES =
            List.of("x-forwarded-", IdentityHeaders.PREFIX.toLowerCase(Locale.ROOT));

    /** Names that a Connection header may hold without anything more to remove, or must not remove. */
    private static final Set<String> HARMLESS_OPTIONS =
            Set.of("", "close", "content-length", "keep-alive", "te", "upgrade");

    private final NameSet always;
    private final NameSet fromClients;

    /** @param strip names that never reach a backend besides the built-in ones */
    ForwardableHeaders(Set<String> strip) {
        Set<String> all = new HashSet<>(HOP_BY_HOP);
        all.addAll(OWN);
        all.addAll(OVERRIDES);
        all.addAll(strip);
        this.always = new NameSet(all);
        this.fromClients = new NameSet(CLIENT_ADDRESS);
    }

    /**
     * The rule for one request.
     *
     * @param connection the values of its Connection headers
     * @param trustedPeer whether it comes from a trusted proxy
     */
    Predicate<CharSequence> forwardable(List<String> connection, boolean trustedPeer) {
        Set<String> named = named(connection);
        if (named.isEmpty()) {
            return name -> passes(name, trustedPeer);
        }
        NameSet alsoNot = new NameSet(named);
        return name -> passes(name, trustedPeer) && !alsoNot.contains(name);
    }

    /** As {@link #forwardable(List, boolean)} where no Connection header names any other. */
    boolean forwardable(CharSequence name) {
        return passes(name, false);
    }

    private boolean passes(CharSequence name, boolean trustedPeer) {
        return !always.contains(name) && (trustedPeer || !fromClients.contains(name)) && !prefixed(name);
    }

    private static boolean prefixed(CharSequence name) {
        if (name.length() < 2 || NameSet.fold(name.charAt(0)) != 'x' || NameSet.fold(name.charAt(1)) != '-') {
            return false;
        }
        for (String prefix : PREFIXES) {
            if (name.length() >= prefix.length() && NameSet.same(prefix, name, prefix.length())) {
                return true;
            }
        }
        return false;
    }

    private static Set<String> named(Collection<String> connection) {
        Set<String> names = Set.of();
        for (String value : connection) {
            for (String option : value.split(",", -1)) {
                String name = option.strip().toLowerCase(Locale.ROOT);
                if (!HARMLESS_OPTIONS.contains(name)) {
                    names = names.isEmpty() ? new HashSet<>() : names;
                    names.add(name);
                }
            }
        }
        return names;
    }
}
