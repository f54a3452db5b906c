package dev.tiergate.routes;

import dev.tiergate.routes.Route.PluginUse;
import dev.tiergate.routes.yaml.Yaml;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Where one plugin stands: its name with its configuration, and beside it what holds for any plugin. */
final class PluginItem {

    private static final Logger LOG = LoggerFactory.getLogger(PluginItem.class);

    private final Section item;
    private final Set<String> options;
    private final Problems problems;

    /** @param options the keys that are no plugin's name */
    PluginItem(Section item, Set<String> options, Problems problems) {
        this.item = item;
        this.options = options;
        this.problems = problems;
    }

    /**
     * The entry that names the plugin; what else stands there that is no option is a problem.
     *
     * @param known names of plugins
     */
    Optional<Yaml.Entry> plugin(Set<String> known) {
        List<Yaml.Entry> names = new ArrayList<>();
        for (Yaml.Entry entry : item.entries()) {
            if (!options.contains(entry.key())) {
                names.add(entry);
            }
        }
        if (names.isEmpty()) {
            if (item.entries().iterator().hasNext()) {
                problems.error(
                        item.at(), "this item names no plugin; write its name and configuration beside the rest");
            }
            return Optional.empty();
        }
        Yaml.Entry plugin = names.stream()
                .filter(entry -> known.contains(entry.key()))
                .findFirst()
                .orElse(names.get(0));
        names.remove(plugin);
        names.forEach(other -> problems.error(other.keyAt(), surplus(other.key())));
        return Optional.of(plugin);
    }

    private String surplus(String key) {
        String shown = "'" + SchemaMessage.shortened(key) + "'";
        return Nearest.to(key, options)
                .map(near -> "unknown key " + shown + "; did you mean '" + near + "'?")
                .orElse(shown + " is a second plugin in one item; give it an item of its own");
    }

    /** How long a request waits for the plugin. */
    Duration deadline() {
        Duration deadline = item.duration("deadline", PluginUse.DEFAULT_DEADLINE);
        if (PluginUse.takes(deadline)) {
            return deadline;
        }
        problems.error(item.at("deadline"), "deadline must be from 10ms to 30s");
        return PluginUse.DEFAULT_DEADLINE;
    }

    /**
     * Makes what the plugin gives, once, and closes it; false when that is a problem.
     *
     * @param objection why what was made cannot stand here
     */
    @SuppressWarnings("IllegalCatch") // whatever a plugin throws, it is a problem of this line
    static <T> boolean canBeMade(
            String name,
            Yaml.Entry entry,
            Supplier<T> make,
            Function<T, Optional<String>> objection,
            Problems problems) {
        String said = "it cannot be made; that is a fault of the plugin, and the log says which";
        try {
            T made = Objects.requireNonNull(make.get());
            var misplaced = objection.apply(made);
            if (made instanceof AutoCloseable owner) {
                owner.close();
            }
            if (misplaced.isEmpty()) {
                return true;
            }
            said = misplaced.get();
        } catch (IllegalArgumentException refusal) {
            said = refusal.getMessage() == null ? said : refusal.getMessage();
        } catch (Exception | LinkageError | AssertionError | StackOverflowError fault) {
            LOG.error("The plugin {} failed while it was tried", name, fault);
        }
        problems.error(entry.keyAt(), "plugin '" + name + "': " + said);
        return false;
    }
}
