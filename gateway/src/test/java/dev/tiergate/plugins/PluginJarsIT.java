package dev.tiergate.plugins;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import dev.tiergate.RunningGateway;
import dev.tiergate.fixtures.RawClient;
import dev.tiergate.routes.LoadResult;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Plugins that were built elsewhere, in a folder. */
class PluginJarsIT {

    private static final String DESCRIPTOR = "META-INF/tiergate-plugin.json";
    private static final String SERVICES = "META-INF/services/dev.tiergate.plugin.CheckFactory";

    private static final String BEFORE_THE_PLUGIN = """
            version: 1
            upstreams: { shop: { endpoints: [ "http://127.0.0.1:9001" ] } }
            auth: { jwt: { secret: 0123456789abcdef0123456789abcdef-test, algorithms: [ HS256 ] } }
            routes:
              - path: /api
                upstream: shop
                plugins:
            """;

    @TempDir
    Path scratch;

    @TempDir
    Path folder;

    @Test
    void a_plugin_that_was_built_with_nothing_but_the_api_decides_on_a_running_gateway() throws Exception {
        StrangersPlugin.named("stranger", "\"yes\"", scratch).writeTo(folder.resolve("stranger.jar"));
        try (var gateway = serve("stranger: { header: X-Stranger }")) {
            var passed = get(gateway, "");
            assertThat(passed.status()).isEqualTo(200);
            assertThat(passed.header("X-Stranger")).contains("yes");
            var refused = get(gateway, "X-Stranger: mine\r\n");
            assertThat(refused.status()).isEqualTo(403);
            assertThat(new JsonObject(refused.text()).getString("reason")).isEqualTo("header_taken");
        }
    }

    /** Version 2 has the method of version 1 no more, and the other way round: with one loader for both, one would break. */
    @Test
    void two_plugins_have_two_versions_of_one_library_side_by_side() throws Exception {
        var first = StrangersPlugin.empty(scratch)
                .source(
                        "lib.Library",
                        "package lib; public class Library { public static String one() { return \"1\"; } }")
                .writeTo(folder.resolve("with-one/library.jar"));
        StrangersPlugin.named("with-one", "lib.Library.one()", scratch)
                .seeing(first)
                .writeTo(folder.resolve("with-one/plugin.jar"));
        StrangersPlugin.named("with-two", "lib.Library.two()", scratch)
                .source(
                        "lib.Library",
                        "package lib; public class Library { public static String two() { return \"2\"; } }")
                .writeTo(folder.resolve("with-two.jar"));
        try (var gateway = serve("with-one: { header: X-One }", "with-two: { header: X-Two }")) {
            var answer = get(gateway, "");
            assertThat(answer.status()).isEqualTo(200);
            assertThat(answer.header("X-One")).contains("1");
            assertThat(answer.header("X-Two")).contains("2");
        }
    }

    @Test
    void a_library_that_the_gateway_has_too_is_not_the_gateways() throws Exception {
        StrangersPlugin.named("stranger", "org.postgresql.Driver.VERSION", scratch)
                .source(
                        "org.postgresql.Driver",
                        "package org.postgresql; public class Driver { public static String VERSION = \"mine\"; }")
                .writeTo(folder.resolve("stranger.jar"));
        try (var gateway = serve("stranger: { header: X-Driver }")) {
            assertThat(get(gateway, "").header("X-Driver")).contains("mine");
        }
    }

    @Test
    void what_a_jar_and_a_folder_of_jars_give_is_listed_with_its_place() throws Exception {
        StrangersPlugin.named("in-jar", "\"\"", scratch).writeTo(folder.resolve("a.jar"));
        StrangersPlugin.named("in-folder", "\"\"", scratch).writeTo(folder.resolve("b/plugin.jar"));
        StrangersPlugin.named("hidden", "\"\"", scratch).writeTo(folder.resolve(".c/plugin.jar"));
        Files.createDirectory(folder.resolve("no-plugin"));
        Files.writeString(folder.resolve("README.md"), "of no interest");
        assertThat(PluginCatalogue.load(folder).plugins().stream()
                        .filter(plugin -> !plugin.from().equals("class path")))
                .extracting(LoadedPlugin::name, LoadedPlugin::from, LoadedPlugin::kinds)
                .containsExactly(
                        tuple("in-folder", folder + "/b", List.of("check")),
                        tuple("in-jar", folder + "/a.jar", List.of("check")));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "stranger: { heder: X } | 8:19: stranger lacks 'header': the header that is set",
                "stranger: { heder: X } | 8:21: unknown key 'heder'; did you mean 'header'?",
                "stranger: { header: 7 } | 8:29: header must be a header name, found the number '7'; put it in quotes",
                "stranger: | 8:9: stranger lacks 'header': the header that is set",
                "stranger: { header: ' ' } | 8:9: plugin 'stranger': a header needs a name",
                "stranger: [ header ] | 8:19: stranger must be the plugin's configuration, a mapping, found a list",
                "strager: { header: X } | 8:9: there is no plugin 'strager'; did you mean 'stranger'?",
            },
            quoteCharacter = '`')
    void what_does_not_fit_the_descriptors_schema_is_a_problem_with_its_place(String plugin, String problem)
            throws Exception {
        StrangersPlugin.named("stranger", "\"\"", scratch).writeTo(folder.resolve("stranger.jar"));
        var loader = PluginCatalogue.load(folder).routes(name -> null);
        var result = loader.load("routes.yaml", BEFORE_THE_PLUGIN + "      - " + plugin + "\n", null);
        assertThat(result).isInstanceOf(LoadResult.Rejected.class);
        assertThat(((LoadResult.Rejected) result).problems())
                .extracting(Object::toString)
                .contains("routes.yaml:" + problem);
    }

    @Test
    void the_schema_of_routes_yaml_has_the_plugin_s() throws Exception {
        StrangersPlugin.named("stranger", "\"\"", scratch).writeTo(folder.resolve("stranger.jar"));
        var schema = PluginCatalogue.load(folder).schema();
        var item = schema.at("/$defs/plugins/items");
        assertThat(item.at("/properties/stranger/$ref").asText()).isEqualTo("#/$defs/plugin-stranger");
        assertThat(item.path("additionalProperties").asBoolean(true)).isFalse();
        assertThat(schema.at("/$defs/plugin-stranger/properties/header/title").asText())
                .isEqualTo("a header name");
        assertThat(schema.at("/properties/quotas/additionalProperties/properties/test-counter/$ref")
                        .asText())
                .isEqualTo("#/$defs/plugin-test-counter");
    }

    @Test
    void a_jar_without_a_descriptor_is_refused() throws IOException {
        good().without(DESCRIPTOR).writeTo(folder.resolve("bad.jar"));
        assertRefused("/bad.jar: has no META-INF/tiergate-plugin.json, so it is no plugin");
    }

    @Test
    void a_jar_that_was_built_for_another_api_is_refused_before_its_classes_are_looked_at() throws IOException {
        good().resource(DESCRIPTOR, "{ \"api\": 2, \"name\": \"As of API 2\" }")
                .resource("stranger/Factory.class", "no class")
                .writeTo(folder.resolve("bad.jar"));
        assertRefused("/bad.jar: was built for plugin API 2; this gateway has 1");
    }

    @Test
    void a_file_that_is_no_jar_is_refused() throws IOException {
        Files.writeString(folder.resolve("bad.jar"), "no jar");
        assertRefused("/bad.jar: is no jar that can be read");
    }

    @Test
    void a_jar_that_was_cut_off_is_refused() throws IOException {
        var whole = Files.readAllBytes(good().writeTo(scratch.resolve("whole.jar")));
        Files.write(folder.resolve("bad.jar"), Arrays.copyOf(whole, whole.length - 1));
        assertRefused("/bad.jar: is no jar that can be read");
    }

    @Test
    void a_name_that_another_plugin_has_is_refused_with_both_files() throws IOException {
        good().writeTo(folder.resolve("a.jar"));
        good().writeTo(folder.resolve("b.jar"));
        assertRefused("/b.jar: the name 'stranger' is taken (" + folder + "/a.jar)");
    }

    @Test
    void a_name_that_a_plugin_of_the_class_path_has_is_refused() throws IOException {
        StrangersPlugin.named("test-counter", "\"\"", scratch).writeTo(folder.resolve("a.jar"));
        assertRefused("/a.jar: the name 'test-counter' is taken (class path)");
    }

    @Test
    void a_folder_with_two_descriptors_is_refused() throws IOException {
        good().writeTo(folder.resolve("both/a.jar"));
        StrangersPlugin.named("other", "\"\"", scratch).writeTo(folder.resolve("both/b.jar"));
        assertRefused("/both: has 2 descriptors; a plugin has one META-INF/tiergate-plugin.json");
    }

    @Test
    void a_jar_without_a_factory_is_refused() throws IOException {
        good().without(SERVICES).writeTo(folder.resolve("bad.jar"));
        assertRefused("/bad.jar: all factories in META-INF/services must be named 'stranger', as the descriptor is; "
                + "there is none");
    }

    @Test
    void a_factory_of_another_name_than_the_descriptors_is_refused() throws IOException {
        StrangersPlugin.named("other", "\"\"", scratch)
                .resource(
                        DESCRIPTOR,
                        "{ \"name\": \"stranger\", \"version\": \"1\", \"api\": 1,"
                                + " \"config\": { \"type\": \"object\" } }")
                .writeTo(folder.resolve("bad.jar"));
        assertRefused("/bad.jar: all factories in META-INF/services must be named 'stranger', as the descriptor is; "
                + "found other");
    }

    @Test
    void a_factory_whose_class_is_not_there_is_refused() throws IOException {
        good().resource(SERVICES, "stranger.Absent\n").writeTo(folder.resolve("bad.jar"));
        assertRefused("/bad.jar: its CheckFactory cannot be loaded: Provider stranger.Absent not found");
    }

    @Test
    void a_class_that_is_none_is_refused() throws IOException {
        good().resource(SERVICES, "stranger.Spoilt\n")
                .resource("stranger/Spoilt.class", "no class")
                .writeTo(folder.resolve("bad.jar"));
        assertThat(problems())
                .startsWith(folder + "/bad.jar: its CheckFactory cannot be loaded: ")
                .contains("ClassFormatError");
    }

    @Test
    void a_factory_that_throws_is_refused() throws IOException {
        good().source("stranger.Throwing", """
                        package stranger;

                        public class Throwing extends Factory {
                            public Throwing() {
                                throw new IllegalStateException("not today");
                            }
                        }
                        """)
                .resource(SERVICES, "stranger.Throwing\n")
                .writeTo(folder.resolve("bad.jar"));
        assertRefused(
                "/bad.jar: its CheckFactory cannot be loaded: Provider stranger.Throwing could not be instantiated: "
                        + "java.lang.IllegalStateException: not today");
    }

    @Test
    void all_that_is_wrong_is_said_at_once() throws IOException {
        Files.writeString(folder.resolve("a.jar"), "no jar");
        good().without(DESCRIPTOR).writeTo(folder.resolve("b.jar"));
        good().writeTo(folder.resolve("c.jar"));
        assertThat(problems().lines())
                .containsExactly(
                        folder + "/a.jar: is no jar that can be read",
                        folder + "/b.jar: has no META-INF/tiergate-plugin.json, so it is no plugin");
    }

    @Test
    void a_folder_that_is_not_there_is_refused() {
        var absent = scratch.resolve("absent");
        assertThatThrownBy(() -> PluginCatalogue.load(absent))
                .isInstanceOf(InvalidPluginsException.class)
                .hasMessage(absent + ": is no folder that can be read");
    }

    private StrangersPlugin good() {
        return StrangersPlugin.named("stranger", "\"\"", scratch);
    }

    private void assertRefused(String problem) {
        assertThat(problems()).isEqualTo(folder + problem);
    }

    private String problems() {
        try {
            PluginCatalogue.load(folder);
            throw new AssertionError("the plugins are loaded");
        } catch (InvalidPluginsException e) {
            return e.getMessage();
        }
    }

    private RunningGateway serve(String... plugins) throws Exception {
        var routes = "routes:\n  - path: /api\n    upstream: shop\n    plugins: [ { " + String.join(" }, { ", plugins)
                + " } ]\n";
        var gateway = RunningGateway.start(
                routes, Map.of(), PluginCatalogue.load(folder).checks());
        gateway.store("stranger", "essential");
        return gateway;
    }

    private static RawClient.Response get(RunningGateway gateway, String headers) {
        return gateway.exchange(
                "GET /api HTTP/1.1\r\nHost: gw.test\r\nAccept: application/json\r\nAuthorization: Bearer "
                        + gateway.token("stranger") + "\r\n" + headers + "\r\n");
    }
}
