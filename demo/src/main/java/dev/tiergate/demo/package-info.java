/** A first look: real stores, a legacy shop, tokens and the gateway in one process. Uses the runnable jar and the fixtures. */
@NullMarked
package dev.tiergate.demo;

import org.jspecify.annotations.NullMarked;
