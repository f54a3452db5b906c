package dev.tiergate.plugins;

import dev.tiergate.plugin.CheckFactory;
import dev.tiergate.plugin.QuotaFactory;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.ServiceLoader;

/** The plugins of the class path, each name once. */
public final class InstalledPlugins {

    private InstalledPlugins() {}

    /** @throws IllegalStateException when two plugins bear one name; the message names both classes */
    public static List<CheckFactory<?>> onClassPath() {
        var byName = new HashMap<String, CheckFactory<?>>();
        var all = new ArrayList<CheckFactory<?>>();
        for (CheckFactory<?> factory : ServiceLoader.load(CheckFactory.class)) {
            var other = byName.putIfAbsent(factory.name(), factory);
            if (other != null) {
                throw new IllegalStateException("Two plugins are named '" + factory.name() + "': "
                        + other.getClass().getName() + " and "
                        + factory.getClass().getName());
            }
            all.add(factory);
        }
        return List.copyOf(all);
    }

    /**
     * The kinds of limits that plugins count.
     *
     * @throws IllegalStateException when two bear one name; the message names both classes
     */
    public static List<QuotaFactory<?>> quotasOnClassPath() {
        var byName = new HashMap<String, QuotaFactory<?>>();
        for (QuotaFactory<?> factory : ServiceLoader.load(QuotaFactory.class)) {
            var other = byName.putIfAbsent(factory.name(), factory);
            if (other != null) {
                throw new IllegalStateException("Two kinds of limits are named '" + factory.name() + "': "
                        + other.getClass().getName() + " and "
                        + factory.getClass().getName());
            }
        }
        return List.copyOf(byName.values());
    }
}
