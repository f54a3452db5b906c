package dev.tiergate.plugins;

import dev.tiergate.plugin.CheckFactory;
import dev.tiergate.plugin.QuotaFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * A plugin whose classes are here: at least one factory, each of the plugin's name.
 *
 * @param from the jar or the folder, or {@link #CLASS_PATH}
 * @param check null where it gives no check
 * @param quota null where it counts nothing
 */
public record LoadedPlugin(
        PluginDescriptor descriptor,
        String from,
        @Nullable CheckFactory<?> check,
        @Nullable QuotaFactory<?> quota) {

    public static final String CLASS_PATH = "class path";

    /** All that is in a place of its own, where there may be no other plugin. */
    static LoadedPlugin alone(PluginDescriptor descriptor, String from, ClassLoader loader) throws BadPluginException {
        var checks = Factories.checks(loader, from);
        var quotas = Factories.quotas(loader, from);
        var names = names(checks, quotas);
        if (!names.equals(Set.of(descriptor.name()))) {
            throw new BadPluginException(
                    from,
                    "all factories in META-INF/services must be named '" + descriptor.name()
                            + "', as the descriptor is; "
                            + (names.isEmpty() ? "there is none" : "found " + String.join(", ", names)));
        }
        return new LoadedPlugin(descriptor, from, checks.get(descriptor.name()), quotas.get(descriptor.name()));
    }

    static Set<String> names(Map<String, ?> checks, Map<String, ?> quotas) {
        Set<String> names = new TreeSet<>(checks.keySet());
        names.addAll(quotas.keySet());
        return names;
    }

    public String name() {
        return descriptor.name();
    }

    /** What it gives: {@code check}, {@code quota} or both. */
    public List<String> kinds() {
        List<String> kinds = new ArrayList<>();
        if (check != null) {
            kinds.add("check");
        }
        if (quota != null) {
            kinds.add("quota");
        }
        return kinds;
    }
}
