package dev.tiergate.routes;

import java.util.Locale;
import java.util.Set;

/** Canonical paths as a request's reading gives them. */
final class Paths {

    private Paths() {}

    static CanonicalPath path(String value) {
        boolean slash = value.length() > 1 && value.endsWith("/");
        String segments = value.endsWith("/") ? value.substring(0, value.length() - 1) : value;
        return new CanonicalPath(value, segments.toLowerCase(Locale.ROOT), slash, Set.of());
    }
}
