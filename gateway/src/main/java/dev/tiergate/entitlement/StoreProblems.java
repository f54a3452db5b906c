package dev.tiergate.entitlement;

import dev.tiergate.entitlement.StoresFile.InvalidStoresException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** What is wrong with a file of stores, collected. */
final class StoreProblems {

    /** Enough to see what is wrong; of a file that is wrong in each line nobody reads more. */
    private static final int MOST = 100;

    private final String file;
    private final List<Problem> found = new ArrayList<>();
    private int more;
    private boolean headerGood = true;

    private record Problem(long line, long column, String message) {}

    StoreProblems(String file) {
        this.file = file;
    }

    void add(long line, long column, String message) {
        if (found.size() < MOST) {
            found.add(new Problem(line, column, message));
        } else {
            more++;
        }
    }

    void add(StoreLine line, StoreColumn column, String message) {
        var at = line.at(column);
        add(at.line(), at.column(), message);
    }

    /** Without good column names no line can be read. */
    void inHeader(long line, long column, String message) {
        headerGood = false;
        add(line, column, message);
    }

    boolean headerGood() {
        return headerGood;
    }

    boolean any() {
        return !found.isEmpty();
    }

    void throwIfAny() throws InvalidStoresException {
        if (!found.isEmpty()) {
            var all = new ArrayList<String>();
            found.stream()
                    .sorted(Comparator.comparingLong(Problem::line).thenComparingLong(Problem::column))
                    .forEach(problem ->
                            all.add(file + ":" + problem.line + ":" + problem.column + ": " + problem.message));
            if (more > 0) {
                all.add("and " + more + " more");
            }
            throw new InvalidStoresException(all);
        }
    }
}
