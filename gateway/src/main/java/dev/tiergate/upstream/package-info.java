/** Endpoints, balancing and ejection, and the reverse proxy over the Vert.x client. Knows the plugin API and routes. */
@NullMarked
package dev.tiergate.upstream;

import org.jspecify.annotations.NullMarked;
