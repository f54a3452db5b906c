/** The limit {@code token-bucket}: a rate with bursts, counted in the memory of a node. Uses plugins/api only. */
@NullMarked
package dev.tiergate.plugin.tokenbucket;

import org.jspecify.annotations.NullMarked;
