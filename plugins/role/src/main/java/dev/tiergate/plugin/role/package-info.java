/** Lets callers in by roles, teams and organisation, as their token names them. Uses the plugin API only. */
@NullMarked
package dev.tiergate.plugin.role;

import org.jspecify.annotations.NullMarked;
