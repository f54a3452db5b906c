package dev.tiergate.plugins;

import java.io.IOException;
import java.net.MalformedURLException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.jar.JarFile;
import java.util.stream.Stream;

/**
 * The plugins of a folder: each jar is one, and so is each folder in it that has jars. Each has a class loader of its own,
 * open for as long as the process lives.
 */
final class PluginJars {

    private final ClassLoader shared;
    private final List<String> problems;

    /**
     * @param gateway the loader whose classes plugins share
     * @param problems gets a line for each plugin that cannot be loaded
     */
    PluginJars(ClassLoader gateway, List<String> problems) {
        this.shared = new SharedClasses(gateway);
        this.problems = problems;
    }

    /** In the order of the files' names. */
    List<LoadedPlugin> in(Path folder) {
        List<LoadedPlugin> plugins = new ArrayList<>();
        try {
            for (Path entry : list(folder)) {
                List<Path> jars = jars(Files.isDirectory(entry) ? list(entry) : List.of(entry));
                if (!jars.isEmpty()) {
                    load(entry.toString(), jars).ifPresent(plugins::add);
                }
            }
        } catch (IOException e) {
            problems.add(folder + ": is no folder that can be read");
        }
        return plugins;
    }

    /** Without hidden files: where a folder is mounted, they may hold all that it holds once more. */
    private static List<Path> list(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.filter(file -> !folder.relativize(file).toString().startsWith("."))
                    .sorted()
                    .toList();
        }
    }

    private static List<Path> jars(List<Path> files) {
        return files.stream()
                .filter(file -> file.toString().endsWith(".jar") && !Files.isDirectory(file))
                .toList();
    }

    private Optional<LoadedPlugin> load(String from, List<Path> jars) throws IOException {
        try {
            PluginDescriptor descriptor = descriptor(from, jars);
            var loader = new URLClassLoader("plugin " + descriptor.name(), urls(jars), shared);
            return Optional.of(LoadedPlugin.alone(descriptor, from, loader));
        } catch (BadPluginException e) {
            problems.add(e.problem());
            return Optional.empty();
        }
    }

    private static URL[] urls(List<Path> jars) throws MalformedURLException {
        var urls = new URL[jars.size()];
        for (int i = 0; i < urls.length; i++) {
            urls[i] = jars.get(i).toUri().toURL();
        }
        return urls;
    }

    /** The only one that the jars have together. */
    private static PluginDescriptor descriptor(String from, List<Path> jars) throws BadPluginException {
        List<PluginDescriptor> all = new ArrayList<>();
        for (Path jar : jars) {
            all.addAll(descriptors(jar));
        }
        if (all.size() == 1) {
            return all.get(0);
        }
        throw new BadPluginException(
                from,
                all.isEmpty()
                        ? "has no " + PluginDescriptor.RESOURCE + ", so it is no plugin"
                        : "has " + all.size() + " descriptors; a plugin has one " + PluginDescriptor.RESOURCE);
    }

    private static List<PluginDescriptor> descriptors(Path jar) throws BadPluginException {
        try (var file = new JarFile(jar.toFile(), false)) {
            var entry = file.getEntry(PluginDescriptor.RESOURCE);
            if (entry == null) {
                return List.of();
            }
            try (var in = file.getInputStream(entry)) {
                return PluginDescriptor.readAll(in, jar.toString());
            }
        } catch (IOException e) {
            throw new BadPluginException(jar.toString(), "is no jar that can be read");
        }
    }
}
