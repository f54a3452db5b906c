package dev.tiergate.edge;

/** What hostile requests are sent to: a gated path that no store of theirs may use, and an open one beside it. */
final class SharedRoutes {

    static final String GATED_AND_OPEN = """
            routes:
              - { path: /gated/**, feature: advanced_analytics, upstream: shop }
              - { path: /open/**, public: true, upstream: shop }
            """;

    private SharedRoutes() {}
}
