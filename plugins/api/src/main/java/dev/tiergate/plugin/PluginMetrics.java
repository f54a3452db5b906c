package dev.tiergate.plugin;

/** The metrics of one plugin; they stand in {@code /metrics} beside the gateway's own. */
@FunctionalInterface
public interface PluginMetrics {

    /**
     * A counter that begins with 0, the series {@code tiergate_plugin_<plugin>_<name>_total}; the same one for the same
     * arguments. Asked for where the check is made, not where it is asked.
     *
     * @param name snake_case
     * @param tags key, value, key, value: keys in snake_case and the same for all counters of the name; values from the
     *     configuration, never from a request. A plugin has 1,000 series at most; what would be one more is counted under
     *     the value {@code other}
     * @return adds 1 each time it is run; safe for use by several threads
     * @throws IllegalArgumentException when name or keys are no such words, or a key has no value
     */
    Runnable counter(String name, String... tags);
}
