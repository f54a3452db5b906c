package dev.tiergate.plugins;

import dev.tiergate.plugin.PluginMetrics;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tag;
import io.micrometer.core.instrument.Tags;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Pattern;

/** The metrics of one plugin, shared by all its checks. */
final class PluginCounters implements PluginMetrics {

    /** Series that a plugin may have, so that a slip does not fill the memory of whoever collects them. */
    static final int MOST_SERIES = 1_000;

    private static final Pattern WORD = Pattern.compile("[a-z][a-z0-9_]*");
    private static final String OTHER = "other";

    private final MeterRegistry registry;
    private final String prefix;
    private final Map<String, List<String>> keys = new ConcurrentHashMap<>();
    private final Map<Series, Counter> counters = new ConcurrentHashMap<>();

    private record Series(String name, Tags tags) {}

    PluginCounters(MeterRegistry registry, String plugin) {
        this.registry = registry;
        this.prefix = "tiergate_plugin_" + plugin.replace('-', '_') + "_";
    }

    @Override
    public Runnable counter(String name, String... tags) {
        require(WORD.matcher(name).matches(), "'" + name + "' is no name of a counter");
        require(tags.length % 2 == 0, "a tag of the counter '" + name + "' has no value");
        var series = new Series(name, Tags.of(tags));
        var named = series.tags.stream().map(Tag::getKey).toList();
        require(named.stream().allMatch(key -> WORD.matcher(key).matches()), "a tag's key is a word in snake_case");
        var before = keys.putIfAbsent(name, named);
        require(
                before == null || before.equals(named),
                "the counter '" + name + "' has the tags " + before + ", and not " + named);
        return counted(series)::increment;
    }

    private Counter counted(Series series) {
        var known = counters.get(series);
        if (known != null) {
            return known;
        }
        return counters.size() < MOST_SERIES
                ? counters.computeIfAbsent(series, this::registered)
                : registered(new Series(series.name, others(series.tags)));
    }

    private Counter registered(Series series) {
        return registry.counter(prefix + series.name, series.tags);
    }

    private static Tags others(Tags tags) {
        return Tags.of(tags.stream().map(tag -> Tag.of(tag.getKey(), OTHER)).toList());
    }

    private static void require(boolean holds, String otherwise) {
        if (!holds) {
            throw new IllegalArgumentException(otherwise);
        }
    }
}
