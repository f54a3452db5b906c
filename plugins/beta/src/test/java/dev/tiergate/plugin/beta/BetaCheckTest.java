package dev.tiergate.plugin.beta;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tiergate.plugin.Allow;
import dev.tiergate.plugin.Call;
import dev.tiergate.plugin.Check;
import dev.tiergate.plugin.Entitlements;
import dev.tiergate.plugin.FeatureRef;
import dev.tiergate.plugin.Reason;
import dev.tiergate.plugin.Refuse;
import java.lang.reflect.Proxy;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class BetaCheckTest {

    private final Map<String, Integer> counted = new HashMap<>();

    private final Check check = new BetaCheck((name, tags) -> {
        var series = name + " " + String.join("=", tags);
        counted.put(series, 0);
        return () -> counted.merge(series, 1, Integer::sum);
    });

    @Test
    void a_feature_in_beta_is_for_stores_that_asked_to_try_it() {
        assertThat(check.ask(call("reports", Set.of("reports"))).result()).isEqualTo(Allow.plain());
        assertThat(check.ask(call("reports", Set.of())).result()).isInstanceOf(Refuse.class);
        assertThat(check.ask(call("reports", Set.of("orders"))).result()).isInstanceOf(Refuse.class);
        assertThat(counted).containsEntry("requests outcome=opted_in", 1).containsEntry("requests outcome=refused", 2);
    }

    @Test
    void any_other_feature_is_for_all() {
        assertThat(check.ask(call("orders", Set.of())).result()).isEqualTo(Allow.plain());
        assertThat(check.ask(call(null, Set.of())).result()).isEqualTo(Allow.plain());
        assertThat(counted).containsEntry("requests outcome=opted_in", 0).containsEntry("requests outcome=refused", 0);
    }

    @Test
    void a_refusal_says_how_to_opt_in() {
        assertThat(check.ask(call("reports", Set.of())).result()).isInstanceOfSatisfying(Refuse.class, refuse -> {
            assertThat(refuse.reason()).isEqualTo(new Reason("beta_opt_in_required", 403));
            assertThat(refuse.detail())
                    .isEqualTo("Feature 'reports' is in beta; whoever manages the store can opt in with PUT "
                            + "/api/v1/store/features/reports/opt-in");
            assertThat(refuse.feature()).isEqualTo(new FeatureRef("reports", "Reports"));
            assertThat(refuse.members()).containsEntry("opt_in", "/api/v1/store/features/reports/opt-in");
        });
    }

    @Test
    void an_open_stream_is_asked_again() {
        assertThat(check.again()).contains(check);
    }

    /** Of what a check may read, this one reads the feature and what the store has of it; {@code reports} is in beta. */
    private static Call call(@Nullable String feature, Set<String> optIns) {
        var entitlements = proxy(Entitlements.class, (name, code) -> switch (name) {
            case "beta" -> "reports".equals(code);
            case "optedIn" -> optIns.contains(code);
            case "feature" -> Optional.of(new FeatureRef("reports", "Reports"));
            default -> throw new AssertionError("The check is not to ask for " + name);
        });
        return proxy(Call.class, (name, none) -> switch (name) {
            case "feature" -> Optional.ofNullable(feature);
            case "entitlements" -> entitlements;
            default -> throw new AssertionError("The check is not to ask for " + name);
        });
    }

    private interface Answers {
        Object to(String method, @Nullable String argument);
    }

    private static <T> T proxy(Class<T> type, Answers answers) {
        return type.cast(Proxy.newProxyInstance(
                type.getClassLoader(),
                new Class<?>[] {type},
                (self, method, args) ->
                        answers.to(method.getName(), args == null || args.length == 0 ? null : (String) args[0])));
    }
}
