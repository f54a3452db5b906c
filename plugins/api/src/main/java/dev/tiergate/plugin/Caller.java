package dev.tiergate.plugin;

import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Who a verified token speaks for.
 *
 * @param store the store's external id, 1 to 128 characters; empty only for an operator, whom no check ever sees
 * @param user the user within the store; null when the token names none
 * @param roles the user's roles; empty when the token names none
 * @param claims all claims of the token as parsed JSON, unmodifiable
 */
public record Caller(String store, @Nullable String user, Set<String> roles, Map<String, Object> claims) {}
