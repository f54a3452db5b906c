package dev.tiergate.plugin.degrade;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tiergate.plugin.Allow;
import dev.tiergate.plugin.Call;
import dev.tiergate.plugin.Change;
import dev.tiergate.plugin.Entitlements;
import dev.tiergate.plugin.Reason;
import dev.tiergate.plugin.Refuse;
import dev.tiergate.plugin.TierRef;
import java.lang.reflect.Proxy;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DegradeCheckTest {

    private static final Less FIFTY = new Less(Map.of("limit", 50L), null, null, null);
    private static final Less SMALL = new Less(null, Map.of("quality", "sd"), Map.of("X-Quality", "sd"), "thrifty");

    @Test
    void it_refuses_nothing() {
        var check = new DegradeCheck(of(FIFTY, Map.of()));
        assertThat(check.ask(call("basic", List.of())).result()).isEqualTo(Allow.plain());
    }

    @ParameterizedTest
    @CsvSource({
        "0, 0",
        "49, 49",
        "50, 50",
        "51, 50",
        "007, 007",
        "999999999999999999, 50",
        "1000000000000000000, 50",
        "-1, 50",
        "1e1, 50",
        "'', 50",
        "\u0663, 50",
    })
    void a_number_up_to_the_most_stays_and_all_else_becomes_the_most(String sent, String passed) {
        assertThat(query(List.of(sent))).isEqualTo(Map.of("limit", passed));
    }

    @Test
    void a_number_that_is_missing_or_there_twice_becomes_the_most() {
        assertThat(query(List.of())).isEqualTo(Map.of("limit", "50"));
        assertThat(query(List.of("10", "20"))).isEqualTo(Map.of("limit", "50"));
    }

    @Test
    void a_tier_has_its_own_and_the_others_what_stands_beside() {
        var config = of(FIFTY, Map.of("basic", SMALL));
        assertThat(offer(config, "basic", Reason.TIER_TOO_LOW))
                .contains(new Change(Map.of("quality", "sd"), Map.of("X-Quality", "sd"), "thrifty"));
        assertThat(offer(config, "silver", Reason.TIER_TOO_LOW))
                .contains(new Change(Map.of("limit", "50"), Map.of(), null));
    }

    @Test
    void with_tiers_alone_the_others_are_refused() {
        var config = new DegradeConfig(null, null, null, null, null, Map.of("basic", SMALL));
        assertThat(offer(config, "silver", Reason.TIER_TOO_LOW)).isEmpty();
    }

    @Test
    void it_offers_nothing_after_what_an_operator_switched_off_unless_told_so() {
        for (var reason : List.of(Reason.FEATURE_INACTIVE, Reason.FEATURE_DISABLED_FOR_STORE)) {
            assertThat(offer(of(FIFTY, Map.of()), "basic", reason)).isEmpty();
            var told = new DegradeConfig(List.of(reason.code()), Map.of("limit", 50L), null, null, null, null);
            assertThat(offer(told, "basic", reason)).isPresent();
            assertThat(offer(told, "basic", Reason.TIER_TOO_LOW)).isEmpty();
        }
    }

    private static DegradeConfig of(Less others, Map<String, Less> tiers) {
        return new DegradeConfig(null, others.clamp(), null, null, null, tiers);
    }

    private static Map<String, String> query(List<String> sent) {
        var call = call("basic", sent);
        return FIFTY.change(call).query();
    }

    private static Optional<Change> offer(DegradeConfig config, String tier, Reason reason) {
        var fallback = new DegradeCheck(config).fallback().orElseThrow();
        return fallback.offer(call(tier, List.of()), Refuse.of(reason, "no")).result();
    }

    /** A call of which this plugin reads the tier and query values only. */
    private static Call call(String tier, List<String> values) {
        return fake(Call.class, Map.of("entitlements", entitlements(tier), "queryValues", values));
    }

    private static Entitlements entitlements(String tier) {
        return fake(Entitlements.class, Map.of("tier", new TierRef(tier, tier, 1)));
    }

    private static <T> T fake(Class<T> type, Map<String, Object> answers) {
        return type.cast(Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[] {type}, (proxy, method, args) -> {
            var answer = answers.get(method.getName());
            if (answer == null) {
                throw new AssertionError("The plugin is not to ask for " + method.getName());
            }
            return answer;
        }));
    }
}
