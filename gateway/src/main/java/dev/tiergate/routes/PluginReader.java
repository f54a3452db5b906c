package dev.tiergate.routes;

import dev.tiergate.plugin.Check;
import dev.tiergate.plugin.CheckFactory;
import dev.tiergate.plugin.PluginContext;
import dev.tiergate.routes.Route.PluginUse;
import dev.tiergate.routes.yaml.Yaml;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/** Reads a list of plugins: in each item the name of one with its configuration, and what holds for any plugin. */
final class PluginReader {

    private final Map<String, CheckFactory<?>> factories = new TreeMap<>();
    private final Set<String> sinks;
    private final Map<String, ConfigSchema> schemas;

    /** @param sinks the plugins that take events, which stand elsewhere */
    PluginReader(Collection<CheckFactory<?>> plugins, Set<String> sinks, Map<String, ConfigSchema> schemas) {
        this.sinks = sinks;
        this.schemas = schemas;
        for (CheckFactory<?> factory : plugins) {
            if (PluginUse.KEYS.contains(factory.name())) {
                throw new IllegalArgumentException("no plugin can be called " + factory.name());
            }
            if (factories.put(factory.name(), factory) != null) {
                throw new IllegalArgumentException("two plugins are called " + factory.name());
            }
        }
    }

    /** @param trial what each check is made with once, to learn whether it can be made */
    List<PluginUse> read(Section section, PluginUse.Level level, PluginContext trial, Problems problems) {
        List<PluginUse> uses = new ArrayList<>();
        for (Yaml value : section.list("plugins")) {
            Section item = Section.of(value, section.at());
            PluginItem plugin = new PluginItem(item, PluginUse.KEYS, problems);
            plugin.plugin(factories.keySet())
                    .flatMap(entry -> use(entry, item, level, plugin.deadline(), problems)
                            .filter(use -> canBeMade(use, entry, false, trial, problems)))
                    .ifPresent(uses::add);
        }
        return uses;
    }

    /** The plugin under {@code by} of a charge. */
    Optional<PluginUse> cost(Section charge, PluginContext trial, Problems problems) {
        for (Yaml.Entry entry : charge.section("by").entries()) {
            CheckFactory<?> factory = factories.get(entry.key());
            if (factory == null) {
                problems.error(entry.keyAt(), unknown(entry.key()));
            } else {
                return config(entry, factory, problems)
                        .map(config -> new PluginUse(
                                factory,
                                config,
                                PluginUse.Level.ROUTE,
                                Mode.ENFORCE,
                                PluginUse.OnFailure.REFUSE,
                                PluginUse.DEFAULT_DEADLINE))
                        .filter(use -> canBeMade(use, entry, true, trial, problems));
            }
        }
        return Optional.empty();
    }

    private Optional<PluginUse> use(
            Yaml.Entry entry, Section item, PluginUse.Level level, Duration deadline, Problems problems) {
        CheckFactory<?> factory = factories.get(entry.key());
        if (factory == null) {
            problems.error(entry.keyAt(), unknown(entry.key()));
            return Optional.empty();
        }
        Mode mode = item.choice("mode", Mode.class, Mode.ENFORCE);
        PluginUse.OnFailure onFailure =
                item.choice("on-failure", PluginUse.OnFailure.class, PluginUse.OnFailure.REFUSE);
        return config(entry, factory, problems)
                .flatMap(config -> problems.build(
                        item.at(), () -> new PluginUse(factory, config, level, mode, onFailure, deadline)));
    }

    private Optional<Record> config(Yaml.Entry entry, CheckFactory<?> factory, Problems problems) {
        boolean absent = entry.value() instanceof Yaml.Scalar scalar && scalar.kind() == Yaml.Kind.NULL;
        Yaml value = absent ? new Yaml.Mapping(entry.keyAt(), Map.of()) : entry.value();
        return value instanceof Yaml.Mapping mapping
                ? new PluginConfigReader(
                                factory.name(),
                                factory.configType(),
                                schemas.get(factory.name()),
                                mapping,
                                entry.keyAt(),
                                problems)
                        .read()
                : Optional.empty();
    }

    private static boolean canBeMade(
            PluginUse use, Yaml.Entry entry, boolean ofCharge, PluginContext trial, Problems problems) {
        return PluginItem.canBeMade(
                use.name(), entry, () -> use.check(trial), check -> misplaced(check, ofCharge), problems);
    }

    private static Optional<String> misplaced(Check check, boolean ofCharge) {
        boolean tells = check.cost().isPresent();
        if (tells == ofCharge) {
            return Optional.empty();
        }
        return Optional.of(
                tells
                        ? "it tells what a request costs, and refuses nothing; write it under a charge, as by"
                        : "it does not tell what a request costs; write it under plugins");
    }

    private String unknown(String name) {
        if (sinks.contains(name)) {
            return "plugin '" + name + "': it takes events, and checks no requests; write it under events.sinks,"
                    + " such as sinks: { crm: { " + name + ": … } }";
        }
        return "there is no plugin '" + SchemaMessage.shortened(name) + "'" + Nearest.hint(name, factories.keySet());
    }
}
