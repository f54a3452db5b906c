/** Names of metrics and log keys, the access log, the registry. Knows no stage. */
@NullMarked
package dev.tiergate.telemetry;

import org.jspecify.annotations.NullMarked;
