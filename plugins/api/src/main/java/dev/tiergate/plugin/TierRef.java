package dev.tiergate.plugin;

/**
 * A tier by its code, unique in its plan, and the name that people read.
 *
 * @param order the place in the plan, higher is more
 */
public record TierRef(String code, String name, int order) {}
