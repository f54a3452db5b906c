/** All that a plugin may know: a check, the call it is asked about, and the decision it answers with. Uses Vert.x core only. */
@NullMarked
package dev.tiergate.plugin;

import org.jspecify.annotations.NullMarked;
