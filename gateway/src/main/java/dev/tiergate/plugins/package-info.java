/** Finds the plugins, on the class path and in jars, and guards the gate against what they must not do. Knows routes. */
@NullMarked
package dev.tiergate.plugins;

import org.jspecify.annotations.NullMarked;
