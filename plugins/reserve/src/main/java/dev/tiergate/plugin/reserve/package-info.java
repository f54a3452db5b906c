/** The {@code reserve} check: keeps the rest of a limit for other routes. Uses plugins/api only. */
@NullMarked
package dev.tiergate.plugin.reserve;

import org.jspecify.annotations.NullMarked;
