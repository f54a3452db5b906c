package dev.tiergate.routes;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/** Canonical paths as a request's reading gives them. */
final class Paths {

    private Paths() {}

    static CanonicalPath path(String value) {
        boolean slash = value.length() > 1 && value.endsWith("/");
        String inner =
                value.substring(1, slash ? value.length() - 1 : value.length()).toLowerCase(Locale.ROOT);
        return new CanonicalPath(
                value, inner.isEmpty() ? List.of() : Arrays.asList(inner.split("/", -1)), slash, Set.of());
    }
}
