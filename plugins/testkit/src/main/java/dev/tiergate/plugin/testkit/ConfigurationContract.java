package dev.tiergate.plugin.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import com.fasterxml.jackson.databind.PropertyNamingStrategies.KebabCaseStrategy;
import dev.tiergate.plugins.InvalidPluginsException;
import dev.tiergate.plugins.LoadedPlugin;
import dev.tiergate.plugins.PluginCatalogue;
import dev.tiergate.routes.GatewayConfig;
import dev.tiergate.routes.LoadResult;
import dev.tiergate.routes.RoutesProblem;
import java.lang.reflect.RecordComponent;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * What holds for the configuration of every plugin: a plugin is found on the class path with its descriptor, what it needs is
 * said by its schema, and what cannot work is a problem of routes.yaml with its place.
 */
@TestInstance(Lifecycle.PER_CLASS)
abstract class ConfigurationContract {

    /** The names of upstreams that a configuration can use. */
    static final List<String> UPSTREAMS = List.of("shop", "spare");

    private static final String BEFORE_THE_PLUGIN = """
            version: 1
            upstreams: { shop: { endpoints: [ "http://127.0.0.1:9001" ] }, spare: { endpoints: [ "http://127.0.0.1:9002" ] } }
            auth: { jwt: { secret: 0123456789abcdef0123456789abcdef-test, algorithms: [ HS256 ] } }
            routes:
              - path: /checked
                upstream: shop
            """;

    /** Where the plugin stands: the second line of {@link #place}. */
    private static final String PLACE = "routes\\.yaml:8:[0-9]+: .+";

    private final String name;
    private final PluginCatalogue catalogue;

    ConfigurationContract(String name) {
        this.name = name;
        try {
            this.catalogue = PluginCatalogue.ofClassPath();
        } catch (InvalidPluginsException e) {
            throw new AssertionError(e.getMessage(), e);
        }
    }

    /**
     * Configurations that work and between them use every key, as they stand behind the plugin's name in routes.yaml, each on
     * one line; {@code shop} and {@code spare} are names of upstreams.
     */
    protected abstract List<String> accepted();

    /** Configurations that cannot work, each with a part of the message that says why. */
    protected abstract Map<String, String> refused();

    /** Variables that the configurations name. */
    protected Map<String, String> environment() {
        return Map.of();
    }

    Stream<Arguments> refusals() {
        Map<String, String> all = new LinkedHashMap<>(refused());
        all.put("{ no-such-key: 1 }", "unknown key 'no-such-key'");
        return all.entrySet().stream().map(entry -> Arguments.of(entry.getKey(), entry.getValue()));
    }

    @Test
    void it_is_found_on_the_class_path() {
        assertThat(catalogue.plugins()).extracting(LoadedPlugin::name).contains(name);
    }

    @Test
    void its_schema_has_the_keys_of_its_configuration_and_no_others() {
        var schema = catalogue.schema().at("/$defs/plugin-" + name);
        var keys = Arrays.stream(configType().getRecordComponents())
                .map(RecordComponent::getName)
                .map(KebabCaseStrategy.INSTANCE::translate)
                .toList();
        assertThat(schema.path("properties").fieldNames()).toIterable().containsExactlyInAnyOrderElementsOf(keys);
        assertThat(schema.path("additionalProperties").asBoolean(true))
                .as("a key that is misspelt is passed over")
                .isFalse();
    }

    @ParameterizedTest
    @MethodSource("accepted")
    void it_takes_a_configuration_that_works_and_reads_it_twice_alike(String config) {
        assertThat(configuration(loaded(config))).isEqualTo(configuration(loaded(config)));
    }

    @Test
    void what_is_known_to_work_uses_every_key() {
        var keys =
                catalogue.schema().at("/$defs/plugin-" + name + "/properties").fieldNames();
        assertThat(keys)
                .toIterable()
                .allSatisfy(key -> assertThat(accepted()).anyMatch(config -> config.matches(".*\\b" + key + ":.*")));
    }

    @ParameterizedTest
    @MethodSource("refusals")
    void what_cannot_work_is_a_problem_with_its_place(String config, String message) {
        var problems = problems(load(config));
        assertThat(problems).isNotEmpty().allMatch(problem -> problem.matches(PLACE));
        assertThat(problems).anyMatch(problem -> problem.contains(message));
    }

    /**
     * Two lines behind a route, the second of which has the plugin.
     *
     * @param plugin its name with its configuration
     */
    abstract String place(String plugin);

    /** What the plugin was given where {@link #place} put it. */
    abstract Record configuration(GatewayConfig config);

    /** With the plugin in its place. */
    final GatewayConfig loaded(String config) {
        var result = load(config);
        if (result instanceof LoadResult.Loaded loaded) {
            return loaded.config();
        }
        return fail(problems(result).toString());
    }

    @SuppressWarnings("NullAway") // a lookup that may find nothing, whose type does not survive the module's border
    private LoadResult load(String config) {
        var text = BEFORE_THE_PLUGIN + place(name + ": " + config) + "\n";
        return catalogue.routes(environment()::get).load("routes.yaml", text, null);
    }

    private static List<String> problems(LoadResult result) {
        List<String> problems = new ArrayList<>();
        if (result instanceof LoadResult.Rejected rejected) {
            rejected.problems().stream().map(RoutesProblem::toString).forEach(problems::add);
        }
        return problems;
    }

    private Class<?> configType() {
        var plugin = catalogue.plugins().stream()
                .filter(one -> one.name().equals(name))
                .findFirst()
                .orElseThrow(() -> new AssertionError("no plugin of the class path is named '" + name + "'"));
        var check = plugin.check();
        return check != null
                ? check.configType()
                : Objects.requireNonNull(plugin.quota()).configType();
    }
}
