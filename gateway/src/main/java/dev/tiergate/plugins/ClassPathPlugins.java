package dev.tiergate.plugins;

import java.io.IOException;
import java.io.InputStream;
import java.net.URL;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** The plugins that one class loader has together, as the runnable jar has those that are shipped. */
final class ClassPathPlugins {

    private ClassPathPlugins() {}

    /** @param problems gets a line for each plugin that cannot be loaded */
    static List<LoadedPlugin> in(ClassLoader loader, List<String> problems) {
        try {
            var descriptors = descriptors(loader);
            var factories = Factories.in(loader, LoadedPlugin.CLASS_PATH);
            List<LoadedPlugin> plugins = new ArrayList<>();
            for (var name : factories.names()) {
                var descriptor = descriptors.remove(name);
                if (descriptor == null) {
                    problems.add(LoadedPlugin.CLASS_PATH + ": no " + PluginDescriptor.RESOURCE + " has the name '"
                            + name + "' of " + factories.classOf(name));
                } else {
                    plugins.add(LoadedPlugin.of(descriptor, LoadedPlugin.CLASS_PATH, factories));
                }
            }
            descriptors
                    .keySet()
                    .forEach(name -> problems.add(LoadedPlugin.CLASS_PATH + ": a " + PluginDescriptor.RESOURCE
                            + " has the name '" + name + "', and no factory has"));
            return plugins;
        } catch (BadPluginException e) {
            problems.add(e.problem());
        } catch (IOException e) {
            problems.add(LoadedPlugin.CLASS_PATH + ": a " + PluginDescriptor.RESOURCE + " cannot be read");
        }
        return List.of();
    }

    private static Map<String, PluginDescriptor> descriptors(ClassLoader loader)
            throws IOException, BadPluginException {
        Map<String, PluginDescriptor> byName = new TreeMap<>();
        for (var resources = loader.getResources(PluginDescriptor.RESOURCE); resources.hasMoreElements(); ) {
            URL resource = resources.nextElement();
            try (InputStream in = resource.openStream()) {
                for (var descriptor : PluginDescriptor.readAll(in, resource.toString())) {
                    if (byName.put(descriptor.name(), descriptor) != null) {
                        throw new BadPluginException(
                                resource.toString(), "the name '" + descriptor.name() + "' is taken (class path)");
                    }
                }
            }
        }
        return byName;
    }
}
