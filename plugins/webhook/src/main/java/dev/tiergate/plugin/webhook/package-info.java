/** Posts events to an HTTP endpoint: CloudEvents, signed as Standard Webhooks has it. Uses the plugin API only. */
@NullMarked
package dev.tiergate.plugin.webhook;

import org.jspecify.annotations.NullMarked;
