/** Requires or forbids a header's value. Uses the plugin API only. */
@NullMarked
package dev.tiergate.plugin.header;

import org.jspecify.annotations.NullMarked;
