/** Events for the outside: written to PostgreSQL once for each sink, then sent until the sink has them. */
@NullMarked
package dev.tiergate.outbox;

import org.jspecify.annotations.NullMarked;
