/** Lets requests in by the country that they come from. Uses the plugin API, and a reader of MaxMind databases. */
@NullMarked
package dev.tiergate.plugin.region;

import org.jspecify.annotations.NullMarked;
