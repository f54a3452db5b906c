package dev.tiergate.api.admin;

/**
 * Who asks.
 *
 * @param name the token's {@code sub}: what the audit log calls them
 */
record Actor(String name, Role role) {}
