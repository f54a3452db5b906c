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
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Reads a list of plugins: in each item the name of one with its configuration, and what holds for any plugin. */
final class PluginReader {

    private static final Logger LOG = LoggerFactory.getLogger(PluginReader.class);

    private final Map<String, CheckFactory<?>> factories = new TreeMap<>();
    private final Map<String, ConfigSchema> schemas;

    PluginReader(Collection<CheckFactory<?>> plugins, Map<String, ConfigSchema> schemas) {
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
                ? new PluginConfig(
                                factory.name(),
                                factory.configType(),
                                schemas.get(factory.name()),
                                mapping,
                                entry.keyAt(),
                                problems)
                        .read()
                : Optional.empty();
    }

    @SuppressWarnings("IllegalCatch") // whatever a plugin throws, it is a problem of this line
    private static boolean canBeMade(
            PluginUse use, Yaml.Entry entry, boolean ofCharge, PluginContext trial, Problems problems) {
        String said = "its check cannot be made; that is a fault of the plugin, and the log says which";
        try {
            Check check = Objects.requireNonNull(use.check(trial));
            boolean tells = check.cost().isPresent();
            if (check instanceof AutoCloseable made) {
                made.close();
            }
            if (tells == ofCharge) {
                return true;
            }
            said = tells
                    ? "it tells what a request costs, and refuses nothing; write it under a charge, as by"
                    : "it does not tell what a request costs; write it under plugins";
        } catch (IllegalArgumentException refusal) {
            said = refusal.getMessage() == null ? said : refusal.getMessage();
        } catch (Exception | LinkageError fault) {
            LOG.error("The plugin {} failed while its check was made", use.name(), fault);
        }
        problems.error(entry.keyAt(), "plugin '" + use.name() + "': " + said);
        return false;
    }

    private String unknown(String name) {
        return Later.plugin(name)
                ? "the plugin '" + name + "' comes later; this version does not have it, so remove it"
                : "there is no plugin '" + SchemaMessage.shortened(name) + "'" + Nearest.hint(name, factories.keySet());
    }
}
