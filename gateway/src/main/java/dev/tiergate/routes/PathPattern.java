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

    /** One segment, or the rest. */
    public sealed interface Segment {
        record Literal(String text) implements Segment {}

        record Any(String name) implements Segment {}

        record Rest() implements Segment {}
    }
}
