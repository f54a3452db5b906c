/** Token to caller: strict reading of JWTs, keys and their upkeep. Knows the plugin API, routes and telemetry. */
@NullMarked
package dev.tiergate.identity;

import org.jspecify.annotations.NullMarked;
