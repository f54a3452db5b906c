/** The listener and the request's way: path reading, forwarding facts, every refusal's bytes. Knows every stage. */
@NullMarked
package dev.tiergate.edge;

import org.jspecify.annotations.NullMarked;
