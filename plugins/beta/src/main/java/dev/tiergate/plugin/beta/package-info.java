/** The {@code beta} check: keeps beta features for stores that asked to try them. Uses plugins/api only. */
@NullMarked
package dev.tiergate.plugin.beta;

import org.jspecify.annotations.NullMarked;
