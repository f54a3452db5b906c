package dev.tiergate.plugins;

import dev.tiergate.plugin.PluginApi;
import java.util.List;

/**
 * The classes that a plugin in a jar has in common with the gateway, and the parent of its class loader: the JDK, the plugin
 * API, and what the API's types are made of. Nothing else of the gateway is seen through it, so that a plugin's libraries are
 * its own.
 */
final class SharedClasses extends ClassLoader {

    private static final String API = PluginApi.class.getPackageName() + ".";

    private static final List<String> LIBRARIES = List.of("io.vertx.core.", "io.netty.", "org.slf4j.", "org.jspecify.");

    static {
        registerAsParallelCapable();
    }

    private final ClassLoader gateway;

    SharedClasses(ClassLoader gateway) {
        super("shared with plugins", getPlatformClassLoader());
        this.gateway = gateway;
    }

    @Override
    protected Class<?> findClass(String name) throws ClassNotFoundException {
        if (isShared(name)) {
            return gateway.loadClass(name);
        }
        throw new ClassNotFoundException(name);
    }

    /** Packages below the API's are those of plugins. */
    static boolean isShared(String name) {
        var ofApi = name.startsWith(API) && name.indexOf('.', API.length()) < 0;
        return ofApi || LIBRARIES.stream().anyMatch(name::startsWith);
    }
}
