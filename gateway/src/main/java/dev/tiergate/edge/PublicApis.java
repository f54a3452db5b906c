package dev.tiergate.edge;

import dev.tiergate.routes.CanonicalPath;

/** The gateway's own APIs on the public listener, as one event loop has them. Their paths win over routes. */
public interface PublicApis {

    /** True for a path that is theirs, whether or not there is an operation at it. */
    boolean holds(CanonicalPath path);

    /** Answers the exchange, sooner or later, in every case. */
    void serve(ApiExchange exchange);
}
