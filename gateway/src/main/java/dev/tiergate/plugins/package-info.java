/** Finds the plugins that are installed. Knows the plugin API only. */
@NullMarked
package dev.tiergate.plugins;

import org.jspecify.annotations.NullMarked;
