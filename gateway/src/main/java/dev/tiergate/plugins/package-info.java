/** Finds the plugins that are installed, and guards the gate against what they must not do. Knows routes. */
@NullMarked
package dev.tiergate.plugins;

import org.jspecify.annotations.NullMarked;
