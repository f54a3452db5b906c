package dev.tiergate.routes;

import dev.tiergate.routes.PathPattern.Segment;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The paths of the gateway's own APIs on the public listener; they win over routes. */
public final class ApiPaths {

    private static final List<List<String>> STORE = List.of(
            List.of("api", "v1", "store", "features"),
            List.of("api", "v1", "store", "usage"),
            List.of("api", "v1", "store", "events"));

    private static final List<List<String>> USER =
            List.of(List.of("api", "user", "features"), List.of("api", "user", "upgrade-suggestions"));

    private static final List<List<String>> OFREP = List.of(List.of("ofrep"));

    private final List<List<String>> served;
    private final List<String> prefixes;

    public ApiPaths(ApisConfig apis) {
        List<List<String>> all = new ArrayList<>();
        all.addAll(apis.store() ? STORE : List.of());
        all.addAll(apis.user() ? USER : List.of());
        all.addAll(apis.ofrep() ? OFREP : List.of());
        this.served = List.copyOf(all);
        this.prefixes = all.stream().map(ApiPaths::path).toList();
    }

    /** True for a path that is one of them or below one. */
    public boolean holds(CanonicalPath path) {
        String folded = path.folded();
        for (String own : prefixes) {
            if (folded.startsWith(own) && (folded.length() == own.length() || folded.charAt(own.length()) == '/')) {
                return true;
            }
        }
        return false;
    }

    private static String path(List<String> segments) {
        return '/' + String.join("/", segments);
    }

    /** The one that every path of the pattern is below of. */
    Optional<String> over(PathPattern pattern) {
        return served.stream()
                .filter(own -> over(own, pattern.segments()))
                .map(ApiPaths::path)
                .findFirst();
    }

    private static boolean over(List<String> own, List<Segment> pattern) {
        if (pattern.size() < own.size()) {
            return false;
        }
        for (int i = 0; i < own.size(); i++) {
            if (!(pattern.get(i) instanceof Segment.Literal literal)
                    || !SegmentKey.folded(literal.text()).equals(own.get(i))) {
                return false;
            }
        }
        return true;
    }
}
