/** What a plugin's tests are made with: a gateway that runs, and the promises that every check keeps. Uses the gateway and JUnit. */
@NullMarked
package dev.tiergate.plugin.testkit;

import org.jspecify.annotations.NullMarked;
