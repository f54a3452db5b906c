package dev.tiergate.routes;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Values by a segment of a path, which is looked up where it stands: a request makes no strings of its segments. Keys come from
 * routes.yaml only, so that no client can make them collide. Open addressing, at most half full.
 */
final class SegmentMap<V> {

    private static final int FIRST_SIZE = 4;

    private record Entry<V>(String key, int hash, V value) {}

    private List<@Nullable Entry<V>> slots = empty(FIRST_SIZE);
    private int size;

    private static <V> List<@Nullable Entry<V>> empty(int size) {
        List<@Nullable Entry<V>> slots = new ArrayList<>(size);
        for (int i = 0; i < size; i++) {
            slots.add(null);
        }
        return slots;
    }

    /** Continues a segment's hash with its next character; the hash of none is 0. */
    static int hash(int before, char next) {
        return 31 * before + next;
    }

    /** @param hash of the characters from {@code from} up to {@code to} */
    @Nullable
    V get(String path, int from, int to, int hash) {
        Entry<V> entry = slots.get(slot(path, from, to, hash));
        return entry == null ? null : entry.value;
    }

    @Nullable
    V get(String segment) {
        return get(segment, 0, segment.length(), segment.hashCode());
    }

    V computeIfAbsent(String key, Supplier<V> make) {
        int hash = key.hashCode();
        Entry<V> known = slots.get(slot(key, 0, key.length(), hash));
        if (known != null) {
            return known.value;
        }
        if (2 * (size + 1) > slots.size()) {
            grow();
        }
        V made = make.get();
        slots.set(slot(key, 0, key.length(), hash), new Entry<>(key, hash, made));
        size++;
        return made;
    }

    void forEach(Consumer<V> action) {
        for (Entry<V> entry : slots) {
            if (entry != null) {
                action.accept(entry.value);
            }
        }
    }

    /** Where the key stands, or the free place where it would. */
    private int slot(String text, int from, int to, int hash) {
        int mask = slots.size() - 1;
        int slot = (hash ^ hash >>> 16) & mask;
        Entry<V> entry = slots.get(slot);
        while (entry != null && !same(entry, text, from, to, hash)) {
            slot = (slot + 1) & mask;
            entry = slots.get(slot);
        }
        return slot;
    }

    private static boolean same(Entry<?> entry, String text, int from, int to, int hash) {
        return entry.hash == hash
                && entry.key.length() == to - from
                && text.regionMatches(from, entry.key, 0, entry.key.length());
    }

    private void grow() {
        List<@Nullable Entry<V>> old = slots;
        slots = empty(2 * old.size());
        for (Entry<V> entry : old) {
            if (entry != null) {
                slots.set(slot(entry.key, 0, entry.key.length(), entry.hash), entry);
            }
        }
    }
}
