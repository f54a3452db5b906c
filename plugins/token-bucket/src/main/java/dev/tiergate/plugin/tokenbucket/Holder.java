package dev.tiergate.plugin.tokenbucket;

import org.jspecify.annotations.Nullable;

/**
 * Whose bucket it is, and of which limit.
 *
 * @param user null for the store's own, and for all of its callers whose token names no user
 */
record Holder(String code, String store, @Nullable String user, boolean shadow) {}
