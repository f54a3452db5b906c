/** The gateway's own APIs, on the rule and the counters that the gate itself uses. May use every stage, and edge. */
@NullMarked
package dev.tiergate.api;

import org.jspecify.annotations.NullMarked;
