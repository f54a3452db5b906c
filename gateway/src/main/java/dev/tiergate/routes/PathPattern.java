package dev.tiergate.routes;

import java.util.List;

/**
 * A route's path as it is matched: segments, of which {@code *} and {@code {name}} match one, and {@code **} at the end the
 * rest, also none.
 *
 * @param text as it stands in the file
 * @param segments in canonical form, case kept
 */
public record PathPattern(String text, List<Segment> segments) {

    public PathPattern {
        segments = List.copyOf(segments);
        for (int i = 0; i < segments.size() - 1; i++) {
            if (segments.get(i) instanceof Segment.Rest) {
                throw new IllegalArgumentException("** stands at the end only");
            }
        }
    }

    public boolean endsInRest() {
        return !segments.isEmpty() && segments.get(segments.size() - 1) instanceof Segment.Rest;
    }

    /** Whether it ends in a slash and is longer than one; tells only where the route's trailing slash is distinct. */
    public boolean trailingSlash() {
        return text.length() > 1 && text.endsWith("/");
    }

    /** One segment, or the rest. */
    public sealed interface Segment {
        record Literal(String text) implements Segment {}

        record Any(String name) implements Segment {}

        record Rest() implements Segment {}
    }
}
