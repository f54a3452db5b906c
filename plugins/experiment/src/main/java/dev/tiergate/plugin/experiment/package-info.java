/** Gives each store or user one variant of an experiment, always the same. Uses the plugin API only. */
@NullMarked
package dev.tiergate.plugin.experiment;

import org.jspecify.annotations.NullMarked;
