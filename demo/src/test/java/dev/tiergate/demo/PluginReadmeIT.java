package dev.tiergate.demo;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tiergate.fixtures.Ports;
import io.vertx.core.json.JsonObject;
import java.io.File;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.jar.Attributes;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The way of plugins/README.md from nothing to a plugin that answers, line by line as it stands there, in a copy of what the
 * repository has. Only the ports are free ones, and the runnable jar is one that leads to the classes of this build.
 */
class PluginReadmeIT {

    private static final Path REPOSITORY = Path.of("..");
    private static final String FROM = "## A plugin of your own in ten minutes";
    private static final String TO = "## Its tests";
    private static final Pattern BLOCK = Pattern.compile("(?ms)^```(sh|text|json)\\n(.*?)^```$");
    private static final String DEMO = "./tiergate demo ";
    private static final String READY = "Stop with Ctrl-C.";

    private final int port = Ports.free();
    private final int adminPort = Ports.free();

    @TempDir
    Path root;

    private Process demo;

    /** A block of the page. */
    private record Block(String kind, String text) {}

    @BeforeEach
    void copyTheRepository() throws IOException {
        copy("tiergate");
        copy("catalogues");
        copy("plugins/template");
        writeJar(root.resolve("demo/target/tiergate-demo.jar"));
    }

    @AfterEach
    void stop() throws InterruptedException {
        if (demo != null) {
            demo.destroy();
            demo.waitFor();
        }
    }

    @Test
    void it_leads_from_nothing_to_a_plugin_that_answers_as_it_says() throws Exception {
        var said = "";
        var compared = 0;
        for (var block : blocks()) {
            if (block.kind().equals("sh")) {
                said = run(block.text().strip());
            } else {
                assertSame(block, said);
                compared++;
            }
        }
        assertThat(compared).isEqualTo(4);
    }

    private static void assertSame(Block block, String said) {
        if (block.kind().equals("json")) {
            assertThat(alike(said)).isEqualTo(alike(block.text()));
        } else {
            assertThat(said).isEqualToNormalizingWhitespace(block.text());
        }
    }

    /** But for the id, which is new each time. */
    private static Map<String, Object> alike(String answer) {
        var json = new JsonObject(answer);
        return json.containsKey("request_id") ? json.put("request_id", "").getMap() : json.getMap();
    }

    private String run(String command) throws Exception {
        var here = command.replace(":8080", ":" + port).replace(":8081", ":" + adminPort);
        if (command.startsWith(DEMO)) {
            start(here);
            return "";
        }
        var process = shell("sh", "-ec", here).redirectErrorStream(true).start();
        var said = new String(process.getInputStream().readAllBytes(), UTF_8);
        assertThat(process.waitFor()).as("%s%n%s", command, said).isZero();
        return said;
    }

    /** Until it says that it is ready; the rest of what it says has to be read, or it would wait for that. */
    private void start(String command) throws IOException {
        var words = new ArrayList<>(List.of(command.split(" ")));
        words.addAll(List.of("--port", "" + port, "--admin-port", "" + adminPort, "--shop-port", "0"));
        demo = shell(words.toArray(String[]::new)).redirectErrorStream(true).start();
        List<String> said = new ArrayList<>();
        var lines = demo.inputReader();
        for (var line = lines.readLine(); line != null; line = lines.readLine()) {
            said.add(line);
            if (line.equals(READY)) {
                var rest = new Thread(() -> lines.lines().forEach(more -> {}), "the demo's output");
                rest.setDaemon(true);
                rest.start();
                return;
            }
        }
        throw new AssertionError("the demo ended: " + said);
    }

    private ProcessBuilder shell(String... command) {
        var builder = new ProcessBuilder(command).directory(root.toFile());
        var java = Path.of(System.getProperty("java.home"), "bin");
        builder.environment().merge("PATH", java.toString(), (path, own) -> own + File.pathSeparator + path);
        return builder;
    }

    private static List<Block> blocks() throws IOException {
        var page = Files.readString(REPOSITORY.resolve("plugins/README.md"));
        return BLOCK.matcher(page.substring(page.indexOf(FROM), page.indexOf(TO)))
                .results()
                .map(found -> new Block(found.group(1), found.group(2)))
                .toList();
    }

    private void copy(String what) throws IOException {
        try (Stream<Path> files = Files.walk(REPOSITORY.resolve(what))) {
            for (var file : files.filter(Files::isRegularFile)
                    .filter(file -> !file.toString().contains("/target/"))
                    .toList()) {
                var target = root.resolve(REPOSITORY.relativize(file));
                Files.createDirectories(target.getParent());
                Files.copy(file, target, StandardCopyOption.COPY_ATTRIBUTES);
            }
        }
    }

    /** Of nothing but a manifest: {@code java -jar} and {@code javac -cp} go on to what it names. */
    private static void writeJar(Path jar) throws IOException {
        var classPath = Stream.of(System.getProperty("java.class.path").split(File.pathSeparator))
                .map(place -> Path.of(place).toUri())
                .map(URI::toString)
                .collect(Collectors.joining(" "));
        var manifest = new Manifest();
        manifest.getMainAttributes().put(Attributes.Name.MANIFEST_VERSION, "1.0");
        manifest.getMainAttributes().put(Attributes.Name.MAIN_CLASS, Demo.class.getName());
        manifest.getMainAttributes().put(Attributes.Name.CLASS_PATH, classPath);
        Files.createDirectories(jar.getParent());
        new JarOutputStream(Files.newOutputStream(jar), manifest).close();
    }
}
