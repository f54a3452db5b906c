package dev.tiergate.limits;

import dev.tiergate.plugin.Limit;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;

/** The counters of a request's lines, at a time: one each, but for a balance, which has one for each grant. */
final class Spread {

    static final Spread NONE = new Spread(List.of(), null);

    private final List<Counter> counters;

    /** The end of each line's counters; null where each line has one. */
    private final int @Nullable [] ends;

    private Spread(List<Counter> counters, int @Nullable [] ends) {
        this.counters = counters;
        this.ends = ends;
    }

    /** Of one line that is no balance. */
    static Spread of(Counter only) {
        return new Spread(List.of(only), null);
    }

    /** @param limits of the lines */
    static Spread of(Counters counters, Subject subject, int lines, IntFunction<Limit> limits, Instant now) {
        List<Counter> all = new ArrayList<>(lines);
        int[] ends = null;
        for (int i = 0; i < lines; i++) {
            Limit limit = limits.apply(i);
            if (limit.window() == Limit.Window.CREDITS) {
                ends = ends == null ? oneEach(lines) : ends;
                counters.addBalance(subject, limit, now, all);
            } else {
                all.add(counters.of(subject, limit, now));
            }
            if (ends != null) {
                ends[i] = all.size();
            }
        }
        return new Spread(all, ends);
    }

    private static int[] oneEach(int lines) {
        int[] ends = new int[lines];
        for (int i = 0; i < lines; i++) {
            ends[i] = i + 1;
        }
        return ends;
    }

    /** Most requests have one line: theirs is made with the counter, and not for each request. */
    static Spread of(ChargeRequest request, Counters counters, Instant now) {
        List<ChargeRequest.Line> lines = request.lines();
        Limit first = lines.get(0).limit();
        return lines.size() == 1 && first.window() != Limit.Window.CREDITS
                ? counters.alone(request.subject(), first, now)
                : of(
                        counters,
                        request.subject(),
                        lines.size(),
                        line -> lines.get(line).limit(),
                        now);
    }

    /** All of them, those of a line together. */
    List<Counter> counters() {
        return counters;
    }

    Counter get(int index) {
        return counters.get(index);
    }

    /** The index of a line's first counter. */
    int first(int line) {
        return ends == null || line == 0 ? line : ends[line - 1];
    }

    /** The index after a line's last counter. */
    int end(int line) {
        return ends == null ? line + 1 : ends[line];
    }

    /** A line's only counter, where it is no balance. */
    Counter only(int line) {
        return counters.get(first(line));
    }

    /** A line's limit as this node believes it to be used, and what it believed before. */
    Usage known(int line, Limit limit, Instant now) {
        if (limit.window() != Limit.Window.CREDITS) {
            Counter counter = only(line);
            long current = counter.known().current();
            return new Usage(
                    limit, current, counter.span(), now, counter.known().show(current));
        }
        List<GrantUse> uses = new ArrayList<>();
        long seen = 0;
        for (int i = first(line); i < end(line); i++) {
            Counter counter = get(i);
            if (!counter.over(now.toEpochMilli())) {
                long spent = counter.known().current();
                uses.add(new GrantUse(counter.asGrant(limit), spent));
                seen += counter.known().show(spent);
            }
        }
        return Balance.usage(limit, List.copyOf(uses), now, seen);
    }

    /** True where some line is a balance, of which nothing is held in advance. */
    boolean balances() {
        return ends != null;
    }
}
