package dev.tiergate.routes;

import dev.tiergate.routes.Route.PluginUse;
import dev.tiergate.routes.yaml.Yaml;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Where one plugin stands: its name with its configuration, and beside it what holds for any plugin. */
final class PluginItem {

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
}
