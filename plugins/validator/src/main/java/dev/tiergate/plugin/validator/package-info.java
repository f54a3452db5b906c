/** The {@code validator} check: asks a service of the operator's own, over HTTP. Uses plugins/api only. */
@NullMarked
package dev.tiergate.plugin.validator;

import org.jspecify.annotations.NullMarked;
