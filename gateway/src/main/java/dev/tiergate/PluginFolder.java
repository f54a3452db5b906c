package dev.tiergate;

import dev.tiergate.plugins.InvalidPluginsException;
import dev.tiergate.plugins.PluginCatalogue;
import dev.tiergate.routes.VariableException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Where {@link Setting#PLUGINS} says that the plugins are. */
final class PluginFolder {

    private PluginFolder() {}

    /** @throws InvalidPluginsException naming all that cannot be loaded, and a folder that is not there */
    static PluginCatalogue load(Function<String, @Nullable String> environment) throws InvalidPluginsException {
        try {
            return PluginCatalogue.load(folder(environment.apply(Setting.PLUGINS.variable())));
        } catch (InvalidPathException | VariableException e) {
            throw new InvalidPluginsException(List.of(Setting.PLUGINS.variable() + ": " + e.getMessage()));
        }
    }

    /** Null where nothing is set and there is none. */
    private static @Nullable Path folder(@Nullable String set) {
        if (set != null && !set.isBlank()) {
            return Path.of(set.strip());
        }
        var usual = Path.of(Setting.PLUGINS.fallback());
        return Files.isDirectory(usual) ? usual : null;
    }
}
