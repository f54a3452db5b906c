/** What is shipped together, tested together: the gateway with its plugins, the routes and the catalogues at the root. */
@NullMarked
package dev.tiergate.dist;

import org.jspecify.annotations.NullMarked;
