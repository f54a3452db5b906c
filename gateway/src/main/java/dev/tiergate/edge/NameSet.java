package dev.tiergate.edge;

import java.util.Arrays;
import java.util.Collection;

/** A fixed set of header names in loose spelling, asked without allocating. Open addressing, at most half full. */
final class NameSet {

    private final String[] slots;

    NameSet(Collection<String> names) {
        slots = new String[Integer.highestOneBit(Math.max(1, names.size())) * 4];
        Arrays.fill(slots, "");
        for (String name : names) {
            add(name);
        }
    }

    /** The one spelling of a char: lower case, a hyphen for what is neither letter nor digit in ASCII. */
    static char fold(char c) {
        if ((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9')) {
            return c;
        }
        return (c >= 'A' && c <= 'Z') ? (char) (c | 0x20) : '-';
    }

    /** True when the first chars of both are the same but for spelling. */
    static boolean same(CharSequence one, CharSequence other, int length) {
        for (int i = 0; i < length; i++) {
            if (fold(one.charAt(i)) != fold(other.charAt(i))) {
                return false;
            }
        }
        return true;
    }

    boolean contains(CharSequence name) {
        int length = name.length();
        for (int i = slot(name); !slots[i].isEmpty(); i = i + 1 & slots.length - 1) {
            if (slots[i].length() == length && same(slots[i], name, length)) {
                return true;
            }
        }
        return false;
    }

    private void add(String name) {
        if (!name.isEmpty() && !contains(name)) {
            int i = slot(name);
            while (!slots[i].isEmpty()) {
                i = i + 1 & slots.length - 1;
            }
            slots[i] = name;
        }
    }

    private int slot(CharSequence name) {
        int hash = 0;
        for (int i = 0; i < name.length(); i++) {
            hash = 31 * hash + fold(name.charAt(i));
        }
        return (hash ^ hash >>> 16) & slots.length - 1;
    }
}
