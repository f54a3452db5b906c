/** What a store may use: catalogue, the one rule, store cache, change feed, checks. Knows the plugin API, routes, telemetry. */
@NullMarked
package dev.tiergate.entitlement;

import org.jspecify.annotations.NullMarked;
