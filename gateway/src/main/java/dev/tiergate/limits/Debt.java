package dev.tiergate.limits;

/**
 * Units that were let pass while Redis was away, as it is told of them.
 *
 * @param number higher than that of any before from this node: Redis, told twice, charges once
 */
record Debt(long number, long units) {}
