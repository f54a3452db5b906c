/** The OpenFeature Remote Evaluation Protocol: the gate's own answers as flags. {@code Evaluator} and {@code Flag} are pure. */
@NullMarked
package dev.tiergate.api.ofrep;

import org.jspecify.annotations.NullMarked;
