/** The command line, the settings, and {@link dev.tiergate.Gateway}, which puts all parts together. Nothing depends on it. */
@NullMarked
package dev.tiergate;

import org.jspecify.annotations.NullMarked;
