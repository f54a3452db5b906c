/** YAML 1.2 as values that know their place in the file. Knows nothing of what the file is about. */
@NullMarked
package dev.tiergate.routes.yaml;

import org.jspecify.annotations.NullMarked;
