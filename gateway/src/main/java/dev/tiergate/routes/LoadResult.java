package dev.tiergate.routes;

import java.util.List;

/** What became of a routes.yaml: whole, or not at all. */
public sealed interface LoadResult {

    /** @param warnings what works and still looks like a mistake; in the file's order */
    record Loaded(GatewayConfig config, List<RoutesProblem> warnings) implements LoadResult {
        public Loaded {
            warnings = List.copyOf(warnings);
        }
    }

    /** @param problems every one of them, in the file's order; at least one */
    record Rejected(List<RoutesProblem> problems) implements LoadResult {
        public Rejected {
            problems = List.copyOf(problems);
        }
    }
}
