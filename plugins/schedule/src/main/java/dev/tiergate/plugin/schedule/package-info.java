/** Opens a route at certain times, by the clock of the store. Uses the plugin API only. */
@NullMarked
package dev.tiergate.plugin.schedule;

import org.jspecify.annotations.NullMarked;
