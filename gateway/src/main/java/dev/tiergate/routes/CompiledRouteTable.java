package dev.tiergate.routes;

import dev.tiergate.routes.PathPattern.Segment;
import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;
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

    private final Map<String, Node> byHost = new HashMap<>();
    private final Node anyHost = new Node("");

    private CompiledRouteTable() {}

    public static CompiledRouteTable of(Collection<Route> routes) {
        CompiledRouteTable table = new CompiledRouteTable();
        for (Route route : routes) {
            Node root = route.host() == null
                    ? table.anyHost
                    : table.byHost.computeIfAbsent(route.host(), host -> new Node(""));
            root.add(new Leaf(route));
        }
        table.byHost.values().forEach(Node::settle);
        table.anyHost.settle();
        return table;
    }

    @Override
    public Match match(
            @Nullable String host, String method, CanonicalPath path, Function<String, @Nullable String> header) {
        Node narrow = host == null ? null : byHost.get(host);
        Leaf found = straight(narrow == null ? anyHost : narrow, method, path, header);
        return found == null ? match(host, new Search(method, path, header)) : found.found;
    }

    /** Down without a look aside, as most requests go, to what a search would find first; null where it has to search. */
    private static @Nullable Leaf straight(
            Node root, String method, CanonicalPath path, Function<String, @Nullable String> header) {
        String folded = path.folded();
        Node node = root;
        for (int at = 0; at < folded.length(); ) {
            int to = end(folded, at + 1);
            Node literal = node.literal(folded, at + 1, to);
            Node next = literal == null ? node.any : literal;
            if (next == null) {
                return only(node.rests, method, path, header);
            }
            node = next;
            at = to;
        }
        return only(node.ends.length == 0 ? node.rests : node.ends, method, path, header);
    }

    private static @Nullable Leaf only(
            Leaf[] leaves, String method, CanonicalPath path, Function<String, @Nullable String> header) {
        return leaves.length == 1 && leaves[0].serves(method, path, header) ? leaves[0] : null;
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
        Node narrow = host == null ? null : byHost.get(host);
        Leaf found = narrow == null ? null : search.in(narrow, 0);
        if (found == null) {
            found = search.in(anyHost, 0);
        }
        if (found != null) {
            return found.found;
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
        Leaf in(Node node, int slash) {
            visited++;
            Leaf found = slash == folded.length() ? first(node.ends) : below(node, slash + 1);
            return found == null ? first(node.rests) : found;
        }

        /** @param from where the next segment begins */
        private @Nullable Leaf below(Node node, int from) {
            int to = end(folded, from);
            Node literal = node.literal(folded, from, to);
            Leaf found = literal == null ? null : in(literal, to);
            return found == null && node.any != null ? in(node.any, to) : found;
        }

        private @Nullable Leaf first(Leaf[] leaves) {
            for (Leaf leaf : leaves) {
                if (leaf.fits(path, header)) {
                    if (leaf.route.methods().contains(method)) {
                        return leaf;
                    }
                    otherMethods = new TreeSet<>(otherMethods);
                    otherMethods.addAll(leaf.route.methods());
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

    /** A place in the tree: all that begins with the same segments. */
    private static final class Node extends SegmentMap.Entry {

        private static final Leaf[] NO_LEAVES = {};

        private final SegmentMap<Node> literals = new SegmentMap<>();
        private @Nullable Node any;
        private Leaf[] ends = NO_LEAVES;
        private Leaf[] rests = NO_LEAVES;

        /** @param segment the last that all begin with; empty where it is any, or none */
        Node(String segment) {
            super(segment);
        }

        /** What a segment leads to that is named; null for none. */
        @Nullable
        Node literal(String folded, int from, int to) {
            int hash = 0;
            boolean escaped = false;
            for (int i = from; i < to; i++) {
                hash = SegmentMap.hash(hash, folded.charAt(i));
                escaped |= folded.charAt(i) == '%';
            }
            return escaped
                    ? literals.get(SegmentKey.exact(folded.substring(from, to)))
                    : literals.get(folded, from, to, hash);
        }

        void add(Leaf leaf) {
            Node node = this;
            for (Segment segment : leaf.route.pattern().segments()) {
                if (segment instanceof Segment.Rest) {
                    node.rests = with(node.rests, leaf);
                    return;
                }
                node = node.child(segment);
            }
            node.ends = with(node.ends, leaf);
        }

        private Node child(Segment segment) {
            if (segment instanceof Segment.Literal literal) {
                return literals.computeIfAbsent(SegmentKey.folded(literal.text()), Node::new);
            }
            if (any == null) {
                any = new Node("");
            }
            return any;
        }

        private static Leaf[] with(Leaf[] leaves, Leaf leaf) {
            Leaf[] more = Arrays.copyOf(leaves, leaves.length + 1);
            more[leaves.length] = leaf;
            return more;
        }

        /** More header conditions come first. */
        void settle() {
            Comparator<Leaf> byHeaders =
                    Comparator.comparingInt(leaf -> -leaf.route.headers().size());
            Arrays.sort(ends, byHeaders);
            Arrays.sort(rests, byHeaders);
            literals.forEach(Node::settle);
            if (any != null) {
                any.settle();
            }
        }
    }

    /** A route at the end of its pattern, with what the tree does not tell. */
    private static final class Leaf {

        private final Route route;
        private final Match.Found found;

        Leaf(Route route) {
            this.route = route;
            this.found = new Match.Found(route);
        }

        boolean serves(String method, CanonicalPath path, Function<String, @Nullable String> header) {
            return fits(path, header) && route.methods().contains(method);
        }

        boolean fits(CanonicalPath path, Function<String, @Nullable String> header) {
            return slashFits(path) && (!route.caseSensitive() || caseFits(path)) && headersFit(header);
        }

        private boolean slashFits(CanonicalPath path) {
            return !route.trailingSlashDistinct()
                    || route.pattern().endsInRest()
                    || path.trailingSlash() == route.pattern().trailingSlash();
        }

        private boolean headersFit(Function<String, @Nullable String> header) {
            if (route.headers().isEmpty()) {
                return true;
            }
            for (Map.Entry<String, String> condition : route.headers().entrySet()) {
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
            int from = 1;
            for (Segment segment : route.pattern().segments()) {
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
}
