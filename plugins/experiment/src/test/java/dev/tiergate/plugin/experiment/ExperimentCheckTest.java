package dev.tiergate.plugin.experiment;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tiergate.plugin.Allow;
import dev.tiergate.plugin.Call;
import dev.tiergate.plugin.Caller;
import dev.tiergate.plugin.Decision;
import dev.tiergate.plugin.Outcome;
import dev.tiergate.plugin.PluginContext;
import dev.tiergate.plugin.PluginMetrics;
import dev.tiergate.plugin.Refuse;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

class ExperimentCheckTest {

    private static final Map<String, Integer> WEIGHTS = Map.of("a", 50, "b", 30, "c", 20);

    /** Stores and the variants that the formula gives them, see {@link AssignmentTest}. */
    private static final String STORE_OF_A = "42";

    private static final String STORE_OF_C = "tea-corner";

    private final List<String> exposed = new ArrayList<>();

    @Test
    void the_backend_is_told_the_variant_of_the_store() {
        assertThat(told(config(ExperimentConfig.Key.STORE, null, false), STORE_OF_A, "user-1"))
                .isEqualTo("a");
        assertThat(told(config(ExperimentConfig.Key.STORE, null, false), STORE_OF_C, "user-1"))
                .isEqualTo("c");
    }

    @Test
    void all_users_of_a_store_have_its_variant_and_with_the_user_as_key_each_has_an_own_one() {
        var ofStore = config(ExperimentConfig.Key.STORE, null, false);
        var ofUser = config(ExperimentConfig.Key.USER, null, false);
        var assignment = new Assignment("new-checkout", WEIGHTS);
        for (var user = 0; user < 50; user++) {
            assertThat(told(ofStore, STORE_OF_C, "user-" + user)).isEqualTo("c");
            assertThat(told(ofUser, STORE_OF_C, "user-" + user))
                    .isEqualTo(assignment.variant(STORE_OF_C + "/user-" + user));
        }
    }

    @Test
    void one_key_has_one_variant_before_and_after_a_restart_and_on_every_loop() {
        var config = config(ExperimentConfig.Key.STORE, null, false);
        for (var store = 0; store < 1_000; store++) {
            assertThat(told(config, "store-" + store, null)).isEqualTo(told(config, "store-" + store, "user-1"));
        }
    }

    @Test
    void who_has_no_user_takes_no_part_where_the_user_is_the_key() {
        var allow = (Allow) ask(config(ExperimentConfig.Key.USER, null, false), STORE_OF_A, null, false);
        assertThat(allow.upstreamHeaders()).containsExactly(Map.entry("X-Experiment-new-checkout", "b"));
        allow.settlement().answered(Outcome.answered(200));
        assertThat(exposed).isEmpty();
    }

    @Test
    void switched_off_everybody_has_the_control_variant_and_nobody_is_counted() {
        var off = config(ExperimentConfig.Key.STORE, null, true);
        for (var store : List.of(STORE_OF_A, STORE_OF_C)) {
            var allow = (Allow) ask(off, store, "user-1", false);
            assertThat(allow.upstreamHeaders()).containsExactly(Map.entry("X-Experiment-new-checkout", "b"));
            allow.settlement().answered(Outcome.answered(200));
        }
        assertThat(exposed).isEmpty();
    }

    @Test
    void the_gate_lets_in_the_variants_that_it_names() {
        var onlyC = config(ExperimentConfig.Key.STORE, Set.of("c"), false);
        assertThat(told(onlyC, STORE_OF_C, "user-1")).isEqualTo("c");
        assertThat(ask(onlyC, STORE_OF_A, "user-1", false)).isInstanceOfSatisfying(Refuse.class, refuse -> {
            assertThat(refuse.reason().code()).isEqualTo("experiment_excluded");
            assertThat(refuse.reason().status()).isEqualTo(403);
        });
    }

    @Test
    void the_gate_of_an_experiment_that_is_off_lets_in_the_control_variant_or_nobody() {
        assertThat(ask(config(ExperimentConfig.Key.STORE, Set.of("c"), true), STORE_OF_C, "user-1", false))
                .isInstanceOf(Refuse.class);
        assertThat(told(config(ExperimentConfig.Key.STORE, Set.of("b"), true), STORE_OF_C, "user-1"))
                .isEqualTo("b");
    }

    @Test
    void an_exposure_is_counted_by_variant_when_the_backend_has_got_the_request() {
        var config = config(ExperimentConfig.Key.STORE, null, false);
        ((Allow) ask(config, STORE_OF_A, "user-1", false)).settlement().answered(Outcome.answered(500));
        ((Allow) ask(config, STORE_OF_C, "user-1", false)).settlement().answered(Outcome.TIMED_OUT);
        assertThat(exposed).containsExactly("a", "c");
    }

    @Test
    void what_does_not_reach_the_backend_is_not_counted() {
        var config = config(ExperimentConfig.Key.STORE, null, false);
        ((Allow) ask(config, STORE_OF_A, "user-1", false)).settlement().answered(Outcome.NOT_SENT);
        assertThat(exposed).isEmpty();
    }

    @Test
    void in_shadow_mode_the_backend_is_told_nothing_and_so_nothing_is_counted() {
        var config = config(ExperimentConfig.Key.STORE, null, false);
        ((Allow) ask(config, STORE_OF_A, "user-1", true)).settlement().answered(Outcome.answered(200));
        assertThat(exposed).isEmpty();
    }

    @Test
    void each_variant_has_a_counter_of_its_own() {
        var check = new ExperimentCheckFactory()
                .create(
                        config(ExperimentConfig.Key.STORE, null, false),
                        context((name, tags) -> () -> exposed.add(name + " " + String.join(" ", tags))));
        var allow = (Allow) check.ask(call(STORE_OF_C, "user-1", false)).result();
        assertThat(allow.upstreamHeaders()).containsEntry("X-Experiment-new-checkout", "c");
        allow.settlement().answered(Outcome.answered(200));
        assertThat(exposed).containsExactly("exposures experiment new-checkout variant c");
    }

    private static PluginContext context(PluginMetrics metrics) {
        return (PluginContext) Proxy.newProxyInstance(
                PluginContext.class.getClassLoader(), new Class<?>[] {PluginContext.class}, (proxy, method, args) -> {
                    if (method.getName().equals("metrics")) {
                        return metrics;
                    }
                    throw new AssertionError("The plugin is not to ask for " + method.getName());
                });
    }

    /** The control variant is b. */
    private static ExperimentConfig config(ExperimentConfig.Key key, Set<String> allow, boolean off) {
        return new ExperimentConfig("new-checkout", key, WEIGHTS, "b", allow, off);
    }

    private String told(ExperimentConfig config, String store, String user) {
        return ((Allow) ask(config, store, user, false)).upstreamHeaders().get("X-Experiment-new-checkout");
    }

    private Decision ask(ExperimentConfig config, String store, String user, boolean shadow) {
        var check = new ExperimentCheck(config, variant -> () -> exposed.add(variant));
        return check.ask(call(store, user, shadow)).result();
    }

    /** A call of a route without a feature; the check reads who calls, and nothing else. */
    private static Call call(String store, String user, boolean shadow) {
        return (Call) Proxy.newProxyInstance(
                Call.class.getClassLoader(),
                new Class<?>[] {Call.class},
                (proxy, method, args) -> switch (method.getName()) {
                    case "caller" -> new Caller(store, user, Set.of(), Map.of());
                    case "shadow" -> shadow;
                    case "feature" -> Optional.empty();
                    default -> throw new AssertionError("The check is not to ask for " + method.getName());
                });
    }
}
