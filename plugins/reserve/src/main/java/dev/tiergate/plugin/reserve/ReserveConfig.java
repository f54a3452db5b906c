package dev.tiergate.plugin.reserve;

/**
 * What stands under {@code reserve:} in routes.yaml.
 *
 * @param limit the code of the limit whose rest is kept
 * @param keep how much of it
 */
public record ReserveConfig(String limit, Keep keep) {}
