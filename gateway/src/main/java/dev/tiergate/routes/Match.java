package dev.tiergate.routes;

import java.util.Set;

/** What the table says about a request. */
public sealed interface Match {

    record Found(Route route) implements Match {}

    /** A route matches but for the method. */
    record WrongMethod(Set<String> allowed) implements Match {}

    /** No route matches. */
    record None() implements Match {}
}
