/** What open pages are told of at once: changes of what a store may use, limits near their end. Over SSE, WebSocket and Redis. */
@NullMarked
package dev.tiergate.api.events;

import org.jspecify.annotations.NullMarked;
