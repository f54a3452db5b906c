package dev.tiergate.routes;

import dev.tiergate.routes.PathPattern.Segment;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Routes as a tree of folded segments, one tree a host and one for every host.
 *
 * <p>The search goes down in the order of rank, literal before wildcard before rest, and ends at the first route that
 * matches in everything; a branch that ends nowhere, or in routes for other methods or headers, is left for the next.
 * Each node that is visited stands for a pattern that begins as the path does, so the cost grows with the path's length
 * and not with the number of routes.
 *
 * <p>What a path holds that its route must allow is no part of the match: a path that the best route refuses must not
 * reach a wider one.
 */
public final class CompiledRouteTable implements RouteTable {

    private static final Match NONE = new Match.None();

    private final Map<String, RouteNode> byHost = new HashMap<>();
    private final RouteNode anyHost = RouteNode.root();

    private CompiledRouteTable() {}

    public static CompiledRouteTable of(Collection<Route> routes) {
        CompiledRouteTable table = new CompiledRouteTable();
        Map<Set<String>, Set<String>> methods = new HashMap<>();
        for (Route route : routes) {
            Set<String> shared = methods.computeIfAbsent(route.methods(), same -> same);
            add(table.root(route.host()), route.pattern(), new RouteLeaf(route, shared));
        }
        return table;
    }

    private RouteNode root(@Nullable String host) {
        return host == null ? anyHost : byHost.computeIfAbsent(host, first -> RouteNode.root());
    }

    private static void add(RouteNode root, PathPattern pattern, RouteLeaf leaf) {
        RouteNode node = root;
        for (Segment segment : pattern.segments()) {
            if (segment instanceof Segment.Rest) {
                node.rest(leaf);
                return;
            }
            node = node.child(segment);
        }
        node.end(leaf);
    }

    @Override
    public Match match(
            @Nullable String host, String method, CanonicalPath path, Function<String, @Nullable String> header) {
        RouteNode narrow = host == null ? null : byHost.get(host);
        RouteLeaf found = straight(narrow == null ? anyHost : narrow, method, path, header);
        return found == null ? match(host, new Search(method, path, header)) : found.found();
    }

    /** Down without a look aside, as most requests go, to what a search would find first; null where it has to search. */
    private static @Nullable RouteLeaf straight(
            RouteNode root, String method, CanonicalPath path, Function<String, @Nullable String> header) {
        String folded = path.folded();
        RouteNode node = root;
        for (int at = 0; at < folded.length(); ) {
            int to = end(folded, at + 1);
            RouteNode literal = node.literal(folded, at + 1, to);
            RouteNode next = literal == null ? node.any() : literal;
            if (next == null) {
                return served(node.rests(), method, path, header);
            }
            node = next;
            at = to;
        }
        return served(node.ends() == null ? node.rests() : node.ends(), method, path, header);
    }

    private static @Nullable RouteLeaf served(
            @Nullable RouteLeaf leaf, String method, CanonicalPath path, Function<String, @Nullable String> header) {
        return leaf != null && leaf.serves(method, path, header) ? leaf : null;
    }

    private static int end(String folded, int from) {
        int slash = folded.indexOf('/', from);
        return slash < 0 ? folded.length() : slash;
    }

    /** How many nodes the search looks at. */
    int visited(@Nullable String host, String method, CanonicalPath path) {
        Search search = new Search(method, path, name -> null);
        match(host, search);
        return search.visited;
    }

    private Match match(@Nullable String host, Search search) {
        RouteNode narrow = host == null ? null : byHost.get(host);
        RouteLeaf found = narrow == null ? null : search.in(narrow, 0);
        if (found == null) {
            found = search.in(anyHost, 0);
        }
        if (found != null) {
            return found.found();
        }
        return search.otherMethods.isEmpty() && !search.neverServed()
                ? NONE
                : new Match.WrongMethod(search.otherMethods);
    }

    /** One request on its way down. */
    private static final class Search {

        private final String method;
        private final CanonicalPath path;
        private final String folded;
        private final Function<String, @Nullable String> header;
        private Set<String> otherMethods = Set.of();
        private int visited;

        Search(String method, CanonicalPath path, Function<String, @Nullable String> header) {
            this.method = method;
            this.path = path;
            this.folded = path.folded();
            this.header = header;
        }

        @Nullable
        RouteLeaf in(RouteNode node, int slash) {
            visited++;
            RouteLeaf found = slash == folded.length() ? first(node.ends()) : below(node, slash + 1);
            return found == null ? first(node.rests()) : found;
        }

        /** @param from where the next segment begins */
        private @Nullable RouteLeaf below(RouteNode node, int from) {
            int to = end(folded, from);
            RouteNode literal = node.literal(folded, from, to);
            RouteLeaf found = literal == null ? null : in(literal, to);
            return found == null && node.any() != null ? in(node.any(), to) : found;
        }

        private @Nullable RouteLeaf first(@Nullable RouteLeaf first) {
            for (RouteLeaf leaf = first; leaf != null; leaf = leaf.next()) {
                if (leaf.fits(path, header)) {
                    if (leaf.methods().contains(method)) {
                        return leaf;
                    }
                    otherMethods = new TreeSet<>(otherMethods);
                    otherMethods.addAll(leaf.methods());
                }
            }
            return null;
        }

        /** Methods that no route serves and that must not pass unmatched either. */
        boolean neverServed() {
            return method.equals("TRACE")
                    || method.equals("CONNECT")
                    || method.chars().anyMatch(Character::isLowerCase);
        }
    }
}
