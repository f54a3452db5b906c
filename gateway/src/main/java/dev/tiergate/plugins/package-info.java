/** Finds the plugins, on the class path and in jars, and reads what they say of themselves. Knows the plugin API and routes. */
@NullMarked
package dev.tiergate.plugins;

import org.jspecify.annotations.NullMarked;
