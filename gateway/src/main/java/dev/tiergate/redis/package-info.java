/** Connections to Redis that are held, and made anew when they break; knows no other package. */
@NullMarked
package dev.tiergate.redis;

import org.jspecify.annotations.NullMarked;
