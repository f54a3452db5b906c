package dev.tiergate;

import dev.tiergate.plugins.InvalidPluginsException;
import dev.tiergate.plugins.LoadedPlugin;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

@Command(
        name = "plugins",
        mixinStandardHelpOptions = true,
        description = {
            "Lists the plugins: those of the class path, and those in the folder that",
            "TIERGATE_PLUGINS names."
        })
final class PluginsCommand implements Callable<Integer> {

    private static final List<String> HEAD = List.of("name", "version", "api", "kinds", "from");
    private static final String GAP = "  ";

    @Option(names = "--json", description = "Prints a JSON array.")
    private boolean json;

    @Mixin
    @SuppressWarnings("NullAway.Init")
    private PluginOptions options;

    @Spec
    @SuppressWarnings("NullAway.Init")
    private CommandSpec spec;

    @Override
    public Integer call() throws IOException, InvalidPluginsException {
        var plugins = options.load().plugins();
        var out = spec.commandLine().getOut();
        if (json) {
            out.println(array(plugins).encodePrettily());
        } else {
            table(plugins).forEach(out::println);
        }
        return ExitCode.OK;
    }

    private static JsonArray array(List<LoadedPlugin> plugins) {
        var all = new JsonArray();
        for (var plugin : plugins) {
            all.add(new JsonObject()
                    .put("name", plugin.name())
                    .put("version", plugin.descriptor().version())
                    .put("api", plugin.descriptor().api())
                    .put("kinds", new JsonArray(plugin.kinds()))
                    .put("from", plugin.from()));
        }
        return all;
    }

    private static List<String> table(List<LoadedPlugin> plugins) {
        List<List<String>> rows = new ArrayList<>(List.of(HEAD));
        for (var plugin : plugins) {
            rows.add(List.of(
                    plugin.name(),
                    plugin.descriptor().version(),
                    String.valueOf(plugin.descriptor().api()),
                    String.join(", ", plugin.kinds()),
                    plugin.from()));
        }
        return rows.stream().map(row -> line(row, rows)).toList();
    }

    /** Each cell as wide as the widest of its column. */
    private static String line(List<String> row, List<List<String>> rows) {
        var line = new StringBuilder();
        for (int i = 0; i < row.size(); i++) {
            int column = i;
            int width = rows.stream()
                    .mapToInt(each -> each.get(column).length())
                    .max()
                    .orElse(0);
            line.append(row.get(i))
                    .append(" ".repeat(width - row.get(i).length()))
                    .append(GAP);
        }
        return line.toString().stripTrailing();
    }
}
