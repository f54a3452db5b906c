/** Windows, charge, the Redis ledger and its script. Knows the plugin API, routes and telemetry; windows and headers are pure. */
@NullMarked
package dev.tiergate.limits;

import org.jspecify.annotations.NullMarked;
