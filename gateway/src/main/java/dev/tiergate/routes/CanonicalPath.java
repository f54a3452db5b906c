package dev.tiergate.routes;

import java.util.List;
import java.util.Set;

/**
 * A request path in its one reading: unreserved characters decoded, hex upper-cased, case kept.
 *
 * @param value starts with a slash; what is forwarded, logged and matched
 * @param folded the segments, a slash before each and none behind the last, ASCII letters in lower case, as the backend reads
 *     them that ignores most: without path parameters, white space at an end and empty segments, so that a wide route which
 *     allows such quirks does not lead around a narrow one which does not; empty for the root
 * @param trailingSlash whether {@code value} ends in a slash and is longer than one
 * @param quirks what the route must allow
 */
public record CanonicalPath(String value, String folded, boolean trailingSlash, Set<PathQuirk> quirks) {

    /** What stands between the slashes of {@link #folded}. */
    public List<String> segments() {
        return folded.isEmpty() ? List.of() : List.of(folded.substring(1).split("/"));
    }
}
