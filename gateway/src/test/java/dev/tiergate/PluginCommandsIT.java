package dev.tiergate;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tiergate.plugins.StrangersPlugin;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What an operator sees of plugins: the list, the schema for editors, and why a start was refused. */
class PluginCommandsIT {

    @TempDir
    Path scratch;

    @TempDir
    Path folder;

    private Path settings;

    @BeforeEach
    void nameTheFolder() throws IOException {
        settings = Files.writeString(scratch.resolve("plugins.env"), "TIERGATE_PLUGINS=" + folder + "\n");
    }

    @Test
    void plugins_are_listed_with_their_place() throws IOException {
        var jar = stranger().writeTo(folder.resolve("stranger.jar"));
        assertThat(run("plugins")).isEqualTo("""
                exit 0
                name          version  api  kinds  from
                post          0.0.1    1    sink   class path
                stranger      1.0.0    1    check  %s
                test-counter  0.0.1    1    quota  class path
                """.formatted(jar));
    }

    @Test
    void plugins_are_listed_for_machines() throws IOException {
        var jar = stranger().writeTo(folder.resolve("stranger.jar"));
        var listed = new JsonArray(run("plugins", "--json").replaceFirst("exit 0\n", ""));
        assertThat(listed.size()).isEqualTo(3);
        assertThat(listed.getJsonObject(1))
                .isEqualTo(new JsonObject()
                        .put("name", "stranger")
                        .put("version", "1.0.0")
                        .put("api", 1)
                        .put("kinds", new JsonArray(List.of("check")))
                        .put("from", jar.toString()));
        assertThat(listed.getJsonObject(0).getString("from")).isEqualTo("class path");
    }

    @Test
    void the_schema_has_what_the_plugins_are_configured_with() throws IOException {
        stranger().writeTo(folder.resolve("stranger.jar"));
        var definitions = new JsonObject(run("schema").replaceFirst("exit 0\n", "")).getJsonObject("$defs");
        assertThat(definitions.getJsonObject("plugin-stranger").getString("title"))
                .isEqualTo("a mapping with header");
    }

    @Test
    void without_a_setting_and_a_folder_there_are_those_of_the_class_path() throws IOException {
        Files.writeString(settings, "");
        assertThat(run("plugins").lines()).hasSize(4).last().asString().endsWith("class path");
    }

    @Test
    void the_plugins_of_the_folder_may_be_named_and_asked() throws Exception {
        stranger().writeTo(folder.resolve("stranger.jar"));
        try (var gateway = start()) {
            assertThat(gateway.port()).isPositive();
        }
    }

    @Test
    void a_plugin_that_cannot_be_loaded_stops_the_start_and_each_command() throws Exception {
        stranger().resource("META-INF/tiergate-plugin.json", "{ \"api\": 2 }").writeTo(folder.resolve("stranger.jar"));
        var message = folder + "/stranger.jar: was built for plugin API 2; this gateway has 1";
        try (var gateway = start()) {
            assertThat(gateway.exitCode()).isEqualTo(2);
            assertThat(gateway.output()).contains(message).noneMatch(line -> line.startsWith("\tat "));
        }
        assertThat(run("plugins")).isEqualTo("exit 2\n" + message + "\n");
        assertThat(run("schema")).isEqualTo("exit 2\n" + message + "\n");
    }

    @Test
    void a_folder_that_is_named_and_not_there_stops_the_start() throws Exception {
        Files.delete(folder);
        try (var gateway = start()) {
            assertThat(gateway.exitCode()).isEqualTo(2);
            assertThat(gateway.output()).contains(folder + ": is no folder that can be read");
        } finally {
            Files.createDirectory(folder);
        }
    }

    private StrangersPlugin stranger() {
        return StrangersPlugin.named("stranger", "\"yes\"", scratch);
    }

    private GatewayProcess start() throws IOException {
        var routes = Files.writeString(scratch.resolve("routes.yaml"), """
                version: 1
                upstreams: { shop: { endpoints: [ "http://127.0.0.1:1" ] } }
                auth: { jwt: { secret: 0123456789abcdef0123456789abcdef-test, algorithms: [ HS256 ] } }
                routes:
                  - { path: /api, plugins: [ stranger: { header: X-Stranger } ], upstream: shop }
                """);
        return GatewayProcess.start(
                routes, Map.of("FEATURE_GATING_V2_ENABLED", "false", "TIERGATE_PLUGINS", folder.toString()));
    }

    private String run(String command, String... options) {
        var out = new StringWriter();
        var writer = new PrintWriter(out, true);
        var line = new ArrayList<>(List.of(command, "--env-file", settings.toString()));
        line.addAll(List.of(options));
        var code = Main.commandLine().setOut(writer).setErr(writer).execute(line.toArray(String[]::new));
        return "exit " + code + "\n" + out;
    }
}
