/** Lets a request pass with less where it would be refused. Uses the plugin API only. */
@NullMarked
package dev.tiergate.plugin.degrade;

import org.jspecify.annotations.NullMarked;
