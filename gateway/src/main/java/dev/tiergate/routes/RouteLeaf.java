package dev.tiergate.routes;

import dev.tiergate.routes.PathPattern.Segment;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A route at the end of its pattern, with what the tree does not tell. What a request is held against is kept here: through the
 * route it would lie in places of memory of its own, for each of thousands of routes.
 */
final class RouteLeaf {

    private final Match.Found found;
    private final Set<String> methods;
    private final Map<String, String> headers;
    private final boolean caseSensitive;
    private final boolean slashDistinct;
    private final boolean slash;
    private @Nullable RouteLeaf next;

    /** @param methods the route's, in a set that routes with the same share */
    RouteLeaf(Route route, Set<String> methods) {
        this.found = new Match.Found(route);
        this.methods = methods;
        this.headers = route.headers();
        this.caseSensitive = route.caseSensitive();
        this.slashDistinct = route.trailingSlashDistinct() && !route.pattern().endsInRest();
        this.slash = route.pattern().trailingSlash();
    }

    Match.Found found() {
        return found;
    }

    Set<String> methods() {
        return methods;
    }

    /** Which is looked at where this one does not serve the request. */
    @Nullable
    RouteLeaf next() {
        return next;
    }

    /**
     * Takes its place: more header conditions come first, then who came first.
     *
     * @param first of the leaves in one place of the tree; null for none
     * @return who is the first now
     */
    RouteLeaf among(@Nullable RouteLeaf first) {
        RouteLeaf before = null;
        RouteLeaf after = first;
        while (after != null && after.headers.size() >= headers.size()) {
            before = after;
            after = after.next;
        }
        next = after;
        if (before == null || first == null) {
            return this;
        }
        before.next = this;
        return first;
    }

    boolean serves(String method, CanonicalPath path, Function<String, @Nullable String> header) {
        return fits(path, header) && methods.contains(method);
    }

    /** Whether it serves the request, or would with another method. */
    boolean fits(CanonicalPath path, Function<String, @Nullable String> header) {
        return (!slashDistinct || path.trailingSlash() == slash)
                && (!caseSensitive || caseFits(path))
                && (headers.isEmpty() || headersFit(header));
    }

    private boolean headersFit(Function<String, @Nullable String> header) {
        for (Map.Entry<String, String> condition : headers.entrySet()) {
            if (!condition.getValue().equals(header.apply(condition.getKey()))) {
                return false;
            }
        }
        return true;
    }

    /**
     * The segments are folded; what they were stands in the path's value. Where that holds what a segment leaves out,
     * they cannot be held side by side: the route then takes every case, rather than leave the path to a wider one.
     */
    private boolean caseFits(CanonicalPath path) {
        if (!path.quirks().isEmpty()) {
            return true;
        }
        List<Segment> segments = found.route().pattern().segments();
        int from = 1;
        for (Segment segment : segments) {
            if (segment instanceof Segment.Rest) {
                return true;
            }
            int slash = path.value().indexOf('/', from);
            int to = slash < 0 ? path.value().length() : slash;
            if (segment instanceof Segment.Literal literal
                    && !SegmentKey.exact(literal.text())
                            .equals(SegmentKey.exact(path.value().substring(from, to)))) {
                return false;
            }
            from = to + 1;
        }
        return true;
    }
}
