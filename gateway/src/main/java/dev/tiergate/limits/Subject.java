package dev.tiergate.limits;

import dev.tiergate.plugin.StoreRef;
import org.jspecify.annotations.Nullable;

/**
 * Whose use is counted.
 *
 * @param user within the store; null where the token names none, then nothing of user scope can be counted
 * @param shadow true for the counters that only shadow mode charges
 */
public record Subject(StoreRef store, @Nullable String user, boolean shadow) {}
