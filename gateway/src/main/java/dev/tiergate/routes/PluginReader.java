package dev.tiergate.routes;

import dev.tiergate.plugin.CheckFactory;
import dev.tiergate.routes.Route.PluginUse;
import dev.tiergate.routes.yaml.Yaml;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** Reads a route's plugins. */
final class PluginReader {

    private final Map<String, CheckFactory<?>> factories = new TreeMap<>();
    private final Map<String, ConfigSchema> schemas;

    PluginReader(Collection<CheckFactory<?>> plugins, Map<String, ConfigSchema> schemas) {
        this.schemas = schemas;
        for (CheckFactory<?> factory : plugins) {
            if (factories.put(factory.name(), factory) != null) {
                throw new IllegalArgumentException("two plugins are called " + factory.name());
            }
        }
    }

    List<PluginUse> read(Section route, Problems problems) {
        List<PluginUse> uses = new ArrayList<>();
        for (Yaml item : route.list("plugins")) {
            for (Yaml.Entry entry : Section.of(item, route.at()).entries()) {
                use(entry, problems).ifPresent(uses::add);
            }
        }
        return uses;
    }

    private Optional<PluginUse> use(Yaml.Entry entry, Problems problems) {
        CheckFactory<?> factory = factories.get(entry.key());
        if (factory == null) {
            problems.error(entry.keyAt(), unknown(entry.key()));
            return Optional.empty();
        }
        boolean absent = entry.value() instanceof Yaml.Scalar scalar && scalar.kind() == Yaml.Kind.NULL;
        Yaml value = absent ? new Yaml.Mapping(entry.keyAt(), Map.of()) : entry.value();
        return value instanceof Yaml.Mapping mapping
                ? new PluginConfig(
                                factory.name(),
                                factory.configType(),
                                schemas.get(factory.name()),
                                mapping,
                                entry.keyAt(),
                                problems)
                        .read()
                        .map(config -> new PluginUse(factory, config))
                : Optional.empty();
    }

    private String unknown(String name) {
        return Later.plugin(name)
                ? "the plugin '" + name + "' comes later; this version does not have it, so remove it"
                : "there is no plugin '" + SchemaMessage.shortened(name) + "'" + Nearest.hint(name, factories.keySet());
    }
}
