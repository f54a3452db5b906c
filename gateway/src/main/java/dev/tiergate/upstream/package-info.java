/** Endpoints, their health and balancing, circuit breakers, the reverse proxy. Knows the plugin API and routes. */
@NullMarked
package dev.tiergate.upstream;

import org.jspecify.annotations.NullMarked;
