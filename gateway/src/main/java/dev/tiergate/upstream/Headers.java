package dev.tiergate.upstream;

import io.vertx.core.MultiMap;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpVersion;
import java.util.List;
import java.util.function.Predicate;

/** Carries header fields over from one connection to the other: end-to-end fields, and nothing else. */
final class Headers {

    private static final CharSequence TE = HttpHeaders.createOptimized("te");
    private static final CharSequence TRAILERS = HttpHeaders.createOptimized("trailers");

    private Headers() {}

    /** A request's fields; framing, Host and Expect belong to the connection and are set by others. */
    static void toUpstream(MultiMap from, MultiMap to, Predicate<CharSequence> passes, HttpVersion upstream) {
        List<String> nominated = nominated(from);
        from.forEach((name, value) -> {
            if (!HopByHop.is(name)
                    && !ofTheConnection(name)
                    && (nominated.isEmpty() || !HopByHop.isNominated(name, nominated))
                    && passes.test(name)) {
                to.add(name, value);
            }
        });
        if (from.contains(TE) && HopByHop.hasToken(String.join(",", from.getAll(TE)), "trailers")) {
            to.set(TE, TRAILERS);
            if (upstream != HttpVersion.HTTP_2) {
                to.set(HttpHeaders.CONNECTION, TE);
            }
        }
    }

    /** @param withLength false where the body is framed otherwise and Content-Length would lie */
    static void toClient(MultiMap from, MultiMap to, boolean withLength) {
        List<String> nominated = nominated(from);
        from.forEach((name, value) -> {
            if (!HopByHop.is(name)
                    && (withLength || !isContentLength(name))
                    && (nominated.isEmpty() || !HopByHop.isNominated(name, nominated))) {
                to.add(name, value);
            }
        });
    }

    /** Trailers stay trailers; fields that frame or route a message may not come so late (RFC 9110 section 6.5.1). */
    static void trailers(MultiMap from, MultiMap to) {
        from.forEach((name, value) -> {
            if (!HopByHop.is(name) && !ofTheConnection(name) && !name.equalsIgnoreCase("set-cookie")) {
                to.add(name, value);
            }
        });
    }

    /** Whether all can be written on any connection: HTTP/2 lets bytes through that HTTP/1.1 could not even carry. */
    static boolean areValid(MultiMap headers) {
        try {
            MultiMap copy = HttpHeaders.headers();
            headers.forEach((name, value) -> copy.add(name, value));
            return true;
        } catch (IllegalArgumentException e) {
            return false;
        }
    }

    private static List<String> nominated(MultiMap from) {
        String connection = from.get(HttpHeaders.CONNECTION);
        if (connection == null) {
            return List.of();
        }
        return HopByHop.nominated(from.getAll(HttpHeaders.CONNECTION));
    }

    private static boolean ofTheConnection(String name) {
        return switch (name.length()) {
            case 4 -> name.equalsIgnoreCase("host");
            case 6 -> name.equalsIgnoreCase("expect");
            case 14 -> isContentLength(name);
            default -> false;
        };
    }

    private static boolean isContentLength(String name) {
        return name.length() == 14 && name.equalsIgnoreCase("content-length");
    }
}
