package dev.tiergate.routes;

import java.util.Collection;
import java.util.Comparator;
import java.util.Locale;
import java.util.Optional;

/** Finds the name that was probably meant. */
final class Nearest {

    private Nearest() {}

    /** A name that few edits lead to; empty when all are far away. */
    static Optional<String> to(String wrong, Collection<String> names) {
        int bound = Math.min(3, wrong.length() / 3);
        return names.stream()
                .filter(name -> distance(wrong, name) <= bound)
                .min(Comparator.comparingInt((String name) -> distance(wrong, name))
                        .thenComparing(Comparator.naturalOrder()));
    }

    /** The hint at the end of a message: the nearest name, else all of them if they are few, else nothing. */
    static String hint(String wrong, Collection<String> names) {
        return to(wrong, names).map(name -> "; did you mean '" + name + "'?").orElseGet(() -> known(names));
    }

    private static String known(Collection<String> names) {
        if (names.isEmpty()) {
            return "; none is known";
        }
        return names.size() > 12 ? "" : "; known: " + String.join(", ", new java.util.TreeSet<>(names));
    }

    /** Edit distance with transpositions (optimal string alignment), case and word marks apart. */
    static int distance(String left, String right) {
        String a = plain(left);
        String b = plain(right);
        int[][] cost = new int[a.length() + 1][b.length() + 1];
        for (int i = 0; i <= a.length(); i++) {
            for (int j = 0; j <= b.length(); j++) {
                cost[i][j] = i == 0 || j == 0 ? i + j : cheapest(a, b, cost, i, j);
            }
        }
        return cost[a.length()][b.length()];
    }

    private static int cheapest(String a, String b, int[][] cost, int i, int j) {
        int same = a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1;
        int best = Math.min(cost[i - 1][j - 1] + same, Math.min(cost[i - 1][j], cost[i][j - 1]) + 1);
        boolean swapped = i > 1 && j > 1 && a.charAt(i - 1) == b.charAt(j - 2) && a.charAt(i - 2) == b.charAt(j - 1);
        return swapped ? Math.min(best, cost[i - 2][j - 2] + 1) : best;
    }

    private static String plain(String name) {
        return name.toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
