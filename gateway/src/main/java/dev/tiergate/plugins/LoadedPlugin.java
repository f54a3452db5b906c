package dev.tiergate.plugins;

import dev.tiergate.plugin.CheckFactory;
import dev.tiergate.plugin.EventSinkFactory;
import dev.tiergate.plugin.QuotaFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A plugin whose classes are here: at least one factory, each of the plugin's name.
 *
 * @param from the jar or the folder, or {@link #CLASS_PATH}
 * @param check null where it gives no check
 * @param quota null where it counts nothing
 * @param sink null where it takes no events
 */
public record LoadedPlugin(
        PluginDescriptor descriptor,
        String from,
        @Nullable CheckFactory<?> check,
        @Nullable QuotaFactory<?> quota,
        @Nullable EventSinkFactory<?> sink) {

    public static final String CLASS_PATH = "class path";

    /** All that is in a place of its own, where there may be no other plugin. */
    static LoadedPlugin alone(PluginDescriptor descriptor, String from, ClassLoader loader) throws BadPluginException {
        var factories = Factories.in(loader, from);
        var names = factories.names();
        if (!names.equals(Set.of(descriptor.name()))) {
            throw new BadPluginException(
                    from,
                    "all factories in META-INF/services must be named '" + descriptor.name()
                            + "', as the descriptor is; "
                            + (names.isEmpty() ? "there is none" : "found " + String.join(", ", names)));
        }
        return of(descriptor, from, factories);
    }

    static LoadedPlugin of(PluginDescriptor descriptor, String from, Factories factories) {
        var name = descriptor.name();
        return new LoadedPlugin(
                descriptor,
                from,
                factories.checks().get(name),
                factories.quotas().get(name),
                factories.sinks().get(name));
    }

    public String name() {
        return descriptor.name();
    }

    /** What it gives, of {@code check}, {@code quota} and {@code sink}. */
    public List<String> kinds() {
        List<String> kinds = new ArrayList<>();
        if (check != null) {
            kinds.add("check");
        }
        if (quota != null) {
            kinds.add("quota");
        }
        if (sink != null) {
            kinds.add("sink");
        }
        return kinds;
    }
}
