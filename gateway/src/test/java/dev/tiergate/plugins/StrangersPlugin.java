package dev.tiergate.plugins;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.tiergate.plugin.CheckFactory;
import io.vertx.core.Future;
import java.io.File;
import java.io.IOException;
import java.io.StringWriter;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.stream.Collectors;
import javax.tools.ToolProvider;
import org.jspecify.annotations.NullMarked;

/**
 * A plugin as somebody builds it who has the plugin API and nothing else of Tiergate: sources through javac, into a jar. Its
 * check adds a response header, of a value that is an expression in Java.
 */
public final class StrangersPlugin {

    private static final String FACTORY = """
            package stranger;

            import dev.tiergate.plugin.*;
            import io.vertx.core.Future;
            import java.util.Map;

            public class Factory implements CheckFactory<Factory.Config> {

                public record Config(String header) {
                    public Config {
                        if (header.isBlank()) {
                            throw new IllegalArgumentException("a header needs a name");
                        }
                    }
                }

                @Override
                public String name() {
                    return "NAME";
                }

                @Override
                public Class<Config> configType() {
                    return Config.class;
                }

                @Override
                public Check create(Config config, PluginContext context) {
                    return call -> Future.succeededFuture(decide(config, call));
                }

                private static Decision decide(Config config, Call call) {
                    return call.headers().contains(config.header())
                            ? Refuse.of(Reason.forbidden("header_taken"), "The header is the plugin's")
                            : Allow.plain().withResponseHeaders(Map.of(config.header(), VALUE));
                }
            }
            """;

    private static final String DESCRIPTOR = """
            {
              "name": "NAME",
              "version": "1.0.0",
              "api": 1,
              "config": {
                "title": "a mapping with header",
                "type": "object",
                "additionalProperties": false,
                "required": ["header"],
                "properties": {
                  "header": { "title": "a header name", "description": "The header that is set.", "type": "string" }
                }
              }
            }
            """;

    private final Path scratch;
    private final Map<String, String> sources = new LinkedHashMap<>();
    private final Map<String, String> resources = new TreeMap<>();
    private final List<Path> libraries = new ArrayList<>();

    private StrangersPlugin(Path scratch) {
        this.scratch = scratch;
    }

    /**
     * A whole plugin.
     *
     * @param value of the header, in Java
     */
    public static StrangersPlugin named(String name, String value, Path scratch) {
        return empty(scratch)
                .source("stranger.Factory", FACTORY.replace("NAME", name).replace("VALUE", value))
                .resource("META-INF/services/" + CheckFactory.class.getName(), "stranger.Factory\n")
                .resource("META-INF/tiergate-plugin.json", DESCRIPTOR.replace("NAME", name));
    }

    /** A jar with nothing in it; a library, where a source is put in. */
    public static StrangersPlugin empty(Path scratch) {
        return new StrangersPlugin(scratch);
    }

    public StrangersPlugin source(String type, String text) {
        sources.put(type, text);
        return this;
    }

    /** Instead of another one of that name, or of a class, if there is one. */
    public StrangersPlugin resource(String name, String text) {
        resources.put(name, text);
        return this;
    }

    public StrangersPlugin without(String resource) {
        resources.remove(resource);
        return this;
    }

    /** Compiled against, and not packed. */
    public StrangersPlugin seeing(Path library) {
        libraries.add(library);
        return this;
    }

    public Path writeTo(Path jar) throws IOException {
        Files.createDirectories(jar.toAbsolutePath().getParent());
        var classes = Files.createTempDirectory(scratch, "classes");
        compileTo(classes);
        try (var out = new JarOutputStream(Files.newOutputStream(jar));
                var files = Files.walk(classes)) {
            for (var file : files.filter(Files::isRegularFile).sorted().toList()) {
                var name = classes.relativize(file).toString();
                if (!resources.containsKey(name)) {
                    put(out, name, Files.readAllBytes(file));
                }
            }
            for (var resource : resources.entrySet()) {
                put(out, resource.getKey(), resource.getValue().getBytes(UTF_8));
            }
        }
        return jar;
    }

    private static void put(JarOutputStream out, String name, byte[] content) throws IOException {
        out.putNextEntry(new JarEntry(name));
        out.write(content);
        out.closeEntry();
    }

    private void compileTo(Path classes) throws IOException {
        if (sources.isEmpty()) {
            return;
        }
        var files = new ArrayList<Path>();
        var texts = Files.createTempDirectory(scratch, "sources");
        for (var source : sources.entrySet()) {
            var file = texts.resolve(source.getKey().replace('.', '/') + ".java");
            Files.createDirectories(file.getParent());
            files.add(Files.writeString(file, source.getValue()));
        }
        var compiler = ToolProvider.getSystemJavaCompiler();
        var said = new StringWriter();
        var options = List.of("--release", "17", "-proc:none", "-d", classes.toString(), "-cp", classPath());
        try (var manager = compiler.getStandardFileManager(null, null, UTF_8)) {
            var units = manager.getJavaFileObjectsFromPaths(files);
            if (!compiler.getTask(said, manager, null, options, null, units).call()) {
                throw new AssertionError(said.toString());
            }
        }
    }

    private String classPath() {
        var all = new ArrayList<>(libraries);
        for (var type : List.of(CheckFactory.class, Future.class, NullMarked.class)) {
            all.add(place(type));
        }
        return all.stream().map(Path::toString).collect(Collectors.joining(File.pathSeparator));
    }

    private static Path place(Class<?> type) {
        try {
            return Path.of(
                    type.getProtectionDomain().getCodeSource().getLocation().toURI());
        } catch (URISyntaxException e) {
            throw new IllegalStateException(e);
        }
    }
}
