package dev.tiergate.plugins;

import com.fasterxml.jackson.databind.JsonNode;
import dev.tiergate.plugin.CheckFactory;
import dev.tiergate.plugin.EventSinkFactory;
import dev.tiergate.plugin.QuotaFactory;
import dev.tiergate.routes.ConfigSchema;
import dev.tiergate.routes.PluginSchemas;
import dev.tiergate.routes.RoutesLoader;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The plugins of a process, each name once: those of the class path, and those in a folder. */
public final class PluginCatalogue {

    private final List<LoadedPlugin> plugins;

    private PluginCatalogue(List<LoadedPlugin> plugins) {
        this.plugins = List.copyOf(plugins);
    }

    /** @throws InvalidPluginsException naming all that cannot be loaded */
    public static PluginCatalogue ofClassPath() throws InvalidPluginsException {
        return load(null);
    }

    /**
     * Runs code of the plugins, and reads files.
     *
     * @param folder in which each jar is a plugin, and each folder that has jars; null for none
     * @throws InvalidPluginsException naming all that cannot be loaded
     */
    public static PluginCatalogue load(@Nullable Path folder) throws InvalidPluginsException {
        var gateway = PluginCatalogue.class.getClassLoader();
        List<String> problems = new ArrayList<>();
        List<LoadedPlugin> found = new ArrayList<>(ClassPathPlugins.in(gateway, problems));
        if (folder != null) {
            found.addAll(new PluginJars(gateway, problems).in(folder));
        }
        Map<String, LoadedPlugin> byName = new TreeMap<>();
        for (var plugin : found) {
            var other = byName.putIfAbsent(plugin.name(), plugin);
            if (other != null) {
                problems.add(plugin.from() + ": the name '" + plugin.name() + "' is taken (" + other.from() + ")");
            }
        }
        if (!problems.isEmpty()) {
            throw new InvalidPluginsException(problems);
        }
        return new PluginCatalogue(List.copyOf(byName.values()));
    }

    /** By name. */
    public List<LoadedPlugin> plugins() {
        return plugins;
    }

    /** The kinds of checks that they give, by name. */
    public List<CheckFactory<?>> checks() {
        List<CheckFactory<?>> all = new ArrayList<>();
        for (var plugin : plugins) {
            var check = plugin.check();
            if (check != null) {
                all.add(check);
            }
        }
        return all;
    }

    /** The kinds of limits that they count, by name. */
    public List<QuotaFactory<?>> quotas() {
        List<QuotaFactory<?>> all = new ArrayList<>();
        for (var plugin : plugins) {
            var quota = plugin.quota();
            if (quota != null) {
                all.add(quota);
            }
        }
        return all;
    }

    /** The kinds of event sinks that they give, by name. */
    public List<EventSinkFactory<?>> sinks() {
        List<EventSinkFactory<?>> all = new ArrayList<>();
        for (var plugin : plugins) {
            var sink = plugin.sink();
            if (sink != null) {
                all.add(sink);
            }
        }
        return all;
    }

    /**
     * A reader of a routes.yaml that may name these plugins.
     *
     * @param environment a variable by its name, as {@link RoutesLoader} asks for it
     */
    public RoutesLoader routes(Function<String, @Nullable String> environment) {
        return new RoutesLoader(checks(), quotas(), sinks(), schemas(), environment);
    }

    /** The JSON Schema of a routes.yaml that may name these plugins. */
    public JsonNode schema() {
        return schemas().joined();
    }

    private PluginSchemas schemas() {
        return new PluginSchemas(
                schemas(plugin -> plugin.check() != null),
                schemas(plugin -> plugin.quota() != null),
                schemas(plugin -> plugin.sink() != null));
    }

    private Map<String, ConfigSchema> schemas(Predicate<LoadedPlugin> having) {
        return plugins.stream()
                .filter(having)
                .collect(Collectors.toMap(
                        LoadedPlugin::name, plugin -> plugin.descriptor().config()));
    }
}
