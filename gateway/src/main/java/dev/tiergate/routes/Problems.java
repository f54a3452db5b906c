package dev.tiergate.routes;

import dev.tiergate.routes.yaml.Position;
import dev.tiergate.routes.yaml.Yaml;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.function.Supplier;

/** Collects what is wrong with one file. */
final class Problems {

    private static final Comparator<RoutesProblem> BY_PLACE = Comparator.comparingInt(RoutesProblem::line)
            .thenComparing(RoutesProblem::column)
            .thenComparing(RoutesProblem::message);

    private final String file;
    private final SortedSet<RoutesProblem> errors = new TreeSet<>(BY_PLACE);
    private final SortedSet<RoutesProblem> warnings = new TreeSet<>(BY_PLACE);
    private final Set<Position> settled = new HashSet<>();

    Problems(String file) {
        this.file = file;
    }

    void error(Position at, String message) {
        if (!settled.contains(at)) {
            errors.add(new RoutesProblem(file, at.line(), at.column(), message));
        }
    }

    /** The last word on a value: what else would be wrong with it follows from this. */
    void finalError(Position at, String message) {
        error(at, message);
        settled.add(at);
    }

    /** Whether the last word was said on a value, or on a part of it, which is not known then. */
    boolean unknown(Yaml value) {
        if (value instanceof Yaml.Mapping mapping) {
            return mapping.entries().values().stream().anyMatch(entry -> unknown(entry.value()));
        }
        if (value instanceof Yaml.Sequence sequence) {
            return sequence.items().stream().anyMatch(this::unknown);
        }
        return settled.contains(value.at());
    }

    void warning(Position at, String message) {
        warnings.add(new RoutesProblem(file, at.line(), at.column(), message));
    }

    /** What a record's constructor refuses is a problem of the place that it was read from. */
    <T> Optional<T> build(Position at, Supplier<T> record) {
        try {
            return Optional.of(record.get());
        } catch (IllegalArgumentException e) {
            if (errors.stream().noneMatch(problem -> problem.line() >= at.line())) {
                error(at, String.valueOf(e.getMessage()));
            }
            return Optional.empty();
        }
    }

    boolean none() {
        return errors.isEmpty();
    }

    List<RoutesProblem> errors() {
        return List.copyOf(errors);
    }

    List<RoutesProblem> warnings() {
        return List.copyOf(warnings);
    }
}
