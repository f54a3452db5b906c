package dev.tiergate.routes;

import dev.tiergate.plugin.CheckFactory;
import dev.tiergate.plugin.EventSinkFactory;
import dev.tiergate.plugin.QuotaFactory;
import dev.tiergate.routes.yaml.Position;
import dev.tiergate.routes.yaml.Yaml;
import dev.tiergate.routes.yaml.YamlParser;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Loads routes.yaml: bytes, text, YAML, environment, schema, meaning, in this order. A step that leaves nothing to look at
 * ends it; otherwise the next one adds its problems. Safe for use by several threads.
 */
public final class RoutesLoader {

    private final PluginReader plugins;
    private final QuotaReader quotas;
    private final EventsReader events;
    private final Outside outside;
    private final SchemaCheck schema = new SchemaCheck();

    /**
     * @param plugins those that routes may name
     * @param environment a variable by its name; null when it is not set. It may throw a {@link VariableException}
     */
    public RoutesLoader(Collection<CheckFactory<?>> plugins, Function<String, @Nullable String> environment) {
        this(plugins, List.of(), List.of(), environment);
    }

    /**
     * @param quotas the kinds of limits that routes.yaml may have besides the catalogue's
     * @param sinks the kinds of event sinks that it may have
     */
    public RoutesLoader(
            Collection<CheckFactory<?>> plugins,
            Collection<QuotaFactory<?>> quotas,
            Collection<EventSinkFactory<?>> sinks,
            Function<String, @Nullable String> environment) {
        this(plugins, quotas, sinks, PluginSchemas.NONE, environment);
    }

    /** @param schemas of those plugins' configurations that have one */
    public RoutesLoader(
            Collection<CheckFactory<?>> plugins,
            Collection<QuotaFactory<?>> quotas,
            Collection<EventSinkFactory<?>> sinks,
            PluginSchemas schemas,
            Function<String, @Nullable String> environment) {
        this.events = new EventsReader(sinks, schemas.sinks());
        this.plugins = new PluginReader(plugins, events.kinds(), schemas.checks());
        this.quotas = new QuotaReader(quotas, schemas.quotas());
        this.outside = new Outside(environment);
    }

    /** Loads without a catalogue at hand: codes are not checked, and a warning says so. */
    public LoadResult load(Path file) {
        return load(file, null);
    }

    /** Blocks on the file system; never throws for what the file is or holds. */
    public LoadResult load(Path file, @Nullable CatalogueCodes codes) {
        Problems problems = new Problems(file.toString());
        return RoutesFile.read(file, problems)
                .map(bytes -> load(bytes, codes, problems))
                .orElseGet(() -> new LoadResult.Rejected(problems.errors()));
    }

    /** @param name what messages call the file */
    public LoadResult load(String name, String text, @Nullable CatalogueCodes codes) {
        return load(text.getBytes(StandardCharsets.UTF_8), codes, new Problems(name));
    }

    LoadResult load(byte[] bytes, @Nullable CatalogueCodes codes, Problems problems) {
        Optional<GatewayConfig> config = RoutesFile.text(bytes, problems)
                .flatMap(text -> tree(text, problems))
                .flatMap(tree -> read(tree, RoutesFile.hash(bytes), codes, problems));
        return config.isPresent() && problems.none()
                ? new LoadResult.Loaded(config.get(), problems.warnings())
                : new LoadResult.Rejected(problems.errors());
    }

    private Optional<Yaml> tree(String text, Problems problems) {
        YamlParser.Parsed parsed = YamlParser.parse(text);
        parsed.faults().forEach(fault -> problems.finalError(fault.at(), fault.message()));
        return Optional.ofNullable(parsed.root()).map(root -> new Substitution(outside::variable, problems).in(root));
    }

    private Optional<GatewayConfig> read(Yaml tree, String hash, @Nullable CatalogueCodes codes, Problems problems) {
        schema.check(tree, problems);
        if (codes == null) {
            problems.warning(
                    Position.START,
                    "no catalogue is at hand: codes of features, tiers, limits and model groups are not checked");
        }
        return new ConfigReader(plugins, quotas, events, codes, outside, targets(problems), problems).read(tree, hash);
    }

    /** Null where the operator has no list. */
    private @Nullable AllowedTargets targets(Problems problems) {
        try {
            String list = outside.variable(AllowedTargets.VARIABLE);
            return list == null || list.isBlank() ? null : AllowedTargets.parse(list);
        } catch (IllegalArgumentException | VariableException e) {
            problems.error(Position.START, AllowedTargets.VARIABLE + ": " + e.getMessage());
            return new AllowedTargets(List.of());
        }
    }

    /** Whether what the last file took from its surroundings holds something else by now: a rotated secret. Reads files. */
    boolean outsideChanged() {
        return outside.changed();
    }
}
