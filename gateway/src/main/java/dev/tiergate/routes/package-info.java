/** routes.yaml: parsed, checked, compiled to a table, watched. Knows the plugin API; pure but for the watch. */
@NullMarked
package dev.tiergate.routes;

import org.jspecify.annotations.NullMarked;
