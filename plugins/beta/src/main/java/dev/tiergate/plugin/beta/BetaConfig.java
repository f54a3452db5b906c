package dev.tiergate.plugin.beta;

/** What stands under {@code beta:} in routes.yaml: nothing. What is beta stands in the catalogue. */
public record BetaConfig() {}
