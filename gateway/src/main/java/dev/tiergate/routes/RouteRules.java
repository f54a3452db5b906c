package dev.tiergate.routes;

import dev.tiergate.routes.PathPattern.Segment;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** What only shows between routes: equal ids, ties, routes that nothing can reach. */
final class RouteRules {

    /** A route and its place in the file. */
    record Placed(Route route, Section section) {}

    private final ApiPaths apis;
    private final Problems problems;

    RouteRules(ApiPaths apis, Problems problems) {
        this.apis = apis;
        this.problems = problems;
    }

    void check(List<Placed> routes) {
        Map<String, List<Placed>> byPattern = new HashMap<>();
        for (Placed placed : routes) {
            byPattern
                    .computeIfAbsent(key(placed.route()), key -> new ArrayList<>())
                    .add(placed);
            checkApis(placed);
        }
        Set<Placed> tied = new HashSet<>();
        byPattern.values().forEach(same -> checkTies(same, tied));
        checkIds(routes, tied);
        routes.forEach(placed -> checkCovered(placed, byPattern));
    }

    /** Host and pattern, as they are compared. */
    private static String key(Route route) {
        return key(route.host(), route.pattern().segments());
    }

    private static String key(@Nullable String host, List<Segment> segments) {
        StringBuilder key = new StringBuilder(host == null ? "" : host);
        for (Segment segment : segments) {
            key.append('/');
            if (segment instanceof Segment.Literal literal) {
                key.append('=').append(SegmentKey.folded(literal.text()));
            } else {
                key.append(segment instanceof Segment.Any ? "*" : "**");
            }
        }
        return key.toString();
    }

    private void checkApis(Placed placed) {
        apis.over(placed.route().pattern())
                .ifPresent(api -> problems.error(
                        placed.section().at("path"),
                        "the gateway's own API answers " + api + ", so that this route is never reached; remove it, or"
                                + " switch the API off under apis"));
    }

    private void checkTies(List<Placed> same, Set<Placed> tied) {
        for (int i = 1; i < same.size(); i++) {
            for (int j = 0; j < i; j++) {
                Set<String> methods = new TreeSet<>(same.get(i).route().methods());
                methods.retainAll(same.get(j).route().methods());
                if (!methods.isEmpty() && meet(same.get(i).route(), same.get(j).route())) {
                    tied.add(same.get(i));
                    problems.error(
                            same.get(i).section().at("path"),
                            "this route and the one on line "
                                    + same.get(j).section().at("path").line() + " match the same requests for "
                                    + String.join(", ", methods)
                                    + "; remove one, or tell them apart by methods, host or headers");
                }
            }
        }
    }

    /** Whether a request can fit both, and neither goes first. */
    private static boolean meet(Route a, Route b) {
        boolean slashesDiffer = a.trailingSlashDistinct()
                && b.trailingSlashDistinct()
                && !a.pattern().endsInRest()
                && a.pattern().trailingSlash() != b.pattern().trailingSlash();
        if (slashesDiffer || a.headers().size() != b.headers().size()) {
            return false;
        }
        for (Map.Entry<String, String> condition : a.headers().entrySet()) {
            if (!condition.getValue().equals(b.headers().getOrDefault(condition.getKey(), condition.getValue()))) {
                return false;
            }
        }
        return true;
    }

    private void checkIds(List<Placed> routes, Set<Placed> tied) {
        Map<String, Placed> byId = new HashMap<>();
        for (Placed placed : routes) {
            Placed first = byId.putIfAbsent(placed.route().id(), placed);
            boolean given = placed.section().has("id");
            if (first != null && (given || !tied.contains(placed))) {
                problems.error(
                        given ? placed.section().at("id") : placed.section().at("path"),
                        "the route on line " + first.section().at().line() + " has this id too"
                                + (given
                                        ? "; give one of them another"
                                        : " (" + placed.route().id() + "); give one an 'id'"));
            }
        }
    }

    /** A {@code **} that a pattern without it and one with a segment more leave nothing to. */
    private void checkCovered(Placed placed, Map<String, List<Placed>> byPattern) {
        Route route = placed.route();
        if (!route.pattern().endsInRest()) {
            return;
        }
        List<Segment> segments = route.pattern().segments();
        List<Segment> prefix = segments.subList(0, segments.size() - 1);
        List<Segment> longer = new ArrayList<>(prefix);
        longer.add(new Segment.Any("*"));
        longer.add(new Segment.Rest());
        Set<String> open = new HashSet<>(route.methods());
        Set<String> within = new HashSet<>(open);
        open.removeAll(served(byPattern.get(key(route.host(), prefix))));
        within.removeAll(served(byPattern.get(key(route.host(), longer))));
        if (open.isEmpty() && within.isEmpty()) {
            problems.error(
                    placed.section().at("path"),
                    "other routes match all that this one could, so that it is never reached; remove it");
        }
    }

    /** Methods that these routes take for every request that fits their pattern. */
    private static Set<String> served(@Nullable List<Placed> routes) {
        Set<String> methods = new HashSet<>();
        for (Placed placed : routes == null ? List.<Placed>of() : routes) {
            Route route = placed.route();
            if (route.headers().isEmpty() && !route.caseSensitive() && !route.trailingSlashDistinct()) {
                methods.addAll(route.methods());
            }
        }
        return methods;
    }
}
