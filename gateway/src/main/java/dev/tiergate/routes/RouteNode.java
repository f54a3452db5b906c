package dev.tiergate.routes;

import dev.tiergate.routes.PathPattern.Segment;
import org.jspecify.annotations.Nullable;

/**
 * A place in the tree of routes: all whose patterns begin with the same segments.
 *
 * <p>It is itself the map of the named segments that come next, which are looked up where they stand in a path: a request
 * makes no strings of its segments. Names come from routes.yaml only, so that no client can make them collide. Open
 * addressing, at most half full. A node holds its own name and is made together with it, so that a large table leads a
 * request through few more places in memory than a small one.
 */
final class RouteNode {

    /** One free slot, which is never filled: the first name makes slots of its own. */
    private static final @Nullable RouteNode[] NO_LITERALS = {null};

    private static final int GOLDEN_RATIO = 0x9E3779B9;

    private final int hash;
    private final char[] segment;
    private @Nullable RouteNode[] literals = NO_LITERALS;
    private int size;
    private @Nullable RouteNode any;
    private @Nullable RouteLeaf ends;
    private @Nullable RouteLeaf rests;

    /** @param segment the last that all begin with; empty where it is any, or none */
    private RouteNode(String segment) {
        this.hash = segment.hashCode();
        this.segment = segment.toCharArray();
    }

    static RouteNode root() {
        return new RouteNode("");
    }

    /** What a segment leads to that is named; null for none. */
    @Nullable
    RouteNode literal(String folded, int from, int to) {
        int hash = 0;
        boolean escaped = false;
        for (int i = from; i < to; i++) {
            char c = folded.charAt(i);
            hash = 31 * hash + c; // as String.hashCode has it
            escaped |= c == '%';
        }
        return escaped ? literal(SegmentKey.exact(folded.substring(from, to))) : literals[slot(folded, from, to, hash)];
    }

    private @Nullable RouteNode literal(String key) {
        return literals[slot(key, 0, key.length(), key.hashCode())];
    }

    /** What every segment leads to; null for none. */
    @Nullable
    RouteNode any() {
        return any;
    }

    /** The first of the routes that end here. */
    @Nullable
    RouteLeaf ends() {
        return ends;
    }

    /** The first of the routes that take all that comes below, and this. */
    @Nullable
    RouteLeaf rests() {
        return rests;
    }

    void end(RouteLeaf leaf) {
        ends = leaf.among(ends);
    }

    void rest(RouteLeaf leaf) {
        rests = leaf.among(rests);
    }

    /** The node to which a segment leads, made where it is the first such. */
    RouteNode child(Segment segment) {
        if (segment instanceof Segment.Literal literal) {
            String key = SegmentKey.folded(literal.text());
            RouteNode known = literal(key);
            return known == null ? grown(key) : known;
        }
        if (any == null) {
            any = new RouteNode("");
        }
        return any;
    }

    private RouteNode grown(String key) {
        size++;
        if (2 * size > literals.length) {
            @Nullable RouteNode[] old = literals;
            literals = new @Nullable RouteNode[2 * old.length];
            for (RouteNode node : old) {
                if (node != null) {
                    put(node);
                }
            }
        }
        RouteNode made = new RouteNode(key);
        put(made);
        return made;
    }

    private void put(RouteNode node) {
        literals[slot(String.valueOf(node.segment), 0, node.segment.length, node.hash)] = node;
    }

    /** Where the segment stands, or the free place where it would. */
    private int slot(String text, int from, int to, int hash) {
        int mask = literals.length - 1;
        int slot = mixed(hash) & mask;
        RouteNode node = literals[slot];
        while (node != null && !node.isOf(text, from, to, hash)) {
            slot = (slot + 1) & mask;
            node = literals[slot];
        }
        return slot;
    }

    /** Segments that differ in their last characters only, as those of one file do, would stand side by side. */
    private static int mixed(int hash) {
        int product = hash * GOLDEN_RATIO;
        return product ^ product >>> 16;
    }

    private boolean isOf(String text, int from, int to, int hash) {
        if (this.hash != hash || segment.length != to - from) {
            return false;
        }
        for (int i = 0; i < segment.length; i++) {
            if (segment[i] != text.charAt(from + i)) {
                return false;
            }
        }
        return true;
    }
}
