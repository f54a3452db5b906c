/** What {@code quota-cost} tells of a charge: a cost by body, query or response headers. Uses plugins/api only. */
@NullMarked
package dev.tiergate.plugin.quotacost;

import org.jspecify.annotations.NullMarked;
