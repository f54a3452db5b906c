package dev.tiergate.routes;

import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * What is found by a segment of a path, which is looked up where it stands: a request makes no strings of its segments. Keys come
 * from routes.yaml only, so that no client can make them collide. Open addressing, at most half full; entries hold their own
 * keys, so that a large table leads a request through few more places in memory than a small one.
 */
final class SegmentMap<E extends SegmentMap.Entry> {

    private static final int FIRST_SIZE = 4;
    private static final int GOLDEN_RATIO = 0x9E3779B9;

    /** What is found, with the segment by which it is. */
    abstract static class Entry {

        private final String segment;
        private final int hash;

        Entry(String segment) {
            this.segment = segment;
            this.hash = segment.hashCode();
        }

        private boolean isOf(String text, int from, int to, int hash) {
            return this.hash == hash
                    && segment.length() == to - from
                    && text.regionMatches(from, segment, 0, segment.length());
        }
    }

    private @Nullable Entry[] slots = new @Nullable Entry[FIRST_SIZE];
    private int size;

    /** Continues a segment's hash with its next character; the hash of none is 0. */
    static int hash(int before, char next) {
        return 31 * before + next;
    }

    /** @param hash of the characters from {@code from} up to {@code to} */
    @Nullable
    E get(String path, int from, int to, int hash) {
        return entry(slot(path, from, to, hash));
    }

    @Nullable
    E get(String segment) {
        return get(segment, 0, segment.length(), segment.hashCode());
    }

    E computeIfAbsent(String segment, Function<String, E> make) {
        E known = get(segment);
        if (known != null) {
            return known;
        }
        if (2 * (size + 1) > slots.length) {
            grow();
        }
        E made = make.apply(segment);
        put(made);
        size++;
        return made;
    }

    void forEach(Consumer<E> action) {
        for (int slot = 0; slot < slots.length; slot++) {
            E entry = entry(slot);
            if (entry != null) {
                action.accept(entry);
            }
        }
    }

    @SuppressWarnings("unchecked") // only entries of this kind are put
    private @Nullable E entry(int slot) {
        return (E) slots[slot];
    }

    /** Where the segment stands, or the free place where it would. */
    private int slot(String text, int from, int to, int hash) {
        int mask = slots.length - 1;
        int slot = mixed(hash) & mask;
        Entry entry = slots[slot];
        while (entry != null && !entry.isOf(text, from, to, hash)) {
            slot = (slot + 1) & mask;
            entry = slots[slot];
        }
        return slot;
    }

    /** Segments that differ in their last characters only, as those of one file do, would stand side by side. */
    private static int mixed(int hash) {
        int product = hash * GOLDEN_RATIO;
        return product ^ product >>> 16;
    }

    private void put(Entry entry) {
        slots[slot(entry.segment, 0, entry.segment.length(), entry.hash)] = entry;
    }

    private void grow() {
        @Nullable Entry[] old = slots;
        slots = new @Nullable Entry[2 * old.length];
        for (Entry entry : old) {
            if (entry != null) {
                put(entry);
            }
        }
    }
}
