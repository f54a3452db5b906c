package dev.tiergate.plugin.reserve;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.entry;

import dev.tiergate.plugin.Allow;
import dev.tiergate.plugin.Caller;
import dev.tiergate.plugin.Check;
import dev.tiergate.plugin.Decision;
import dev.tiergate.plugin.Limit;
import dev.tiergate.plugin.Limit.Scope;
import dev.tiergate.plugin.Limit.Window;
import dev.tiergate.plugin.LimitUsage;
import dev.tiergate.plugin.Reason;
import dev.tiergate.plugin.Refuse;
import dev.tiergate.plugin.testkit.TestCall;
import dev.tiergate.plugin.testkit.TestGateway;
import dev.tiergate.plugin.testkit.TestStore;
import dev.tiergate.plugin.testkit.TestUsage;
import io.vertx.core.Future;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ReserveCheckTest {

    private static final Instant NOW = Instant.parse("2026-03-05T10:20:00Z");

    private static final Check A_FIFTH = keeping(Keep.valueOf("20%"));

    @ParameterizedTest
    @CsvSource({"100, 79", "9, 7", "4, 3", "1, 0"})
    void with_more_left_than_the_share_it_passes_and_with_just_the_share_it_does_not(long limit, long used) {
        assertThat(ask(A_FIFTH, call(limit, used))).isEqualTo(Allow.plain());
        assertThat(ask(A_FIFTH, call(limit, used + 1))).isInstanceOf(Refuse.class);
    }

    @ParameterizedTest
    @CsvSource({"100, 69", "31, 0"})
    void with_more_left_than_the_units_it_passes_and_with_just_the_units_it_does_not(long limit, long used) {
        var thirty = keeping(Keep.valueOf(30));
        assertThat(ask(thirty, call(limit, used))).isEqualTo(Allow.plain());
        assertThat(ask(thirty, call(limit, used + 1))).isInstanceOf(Refuse.class);
    }

    @ParameterizedTest
    @CsvSource({"100, 100", "100, 150", "0, 0"})
    void where_nothing_is_left_it_does_not_pass(long limit, long used) {
        assertThat(ask(A_FIFTH, call(limit, used)))
                .isInstanceOfSatisfying(
                        Refuse.class, refuse -> assertThat(refuse.members()).containsEntry("remaining", 0L));
    }

    @Test
    void a_refusal_says_what_is_left_and_kept_and_when_it_starts_anew() {
        assertThat(ask(A_FIFTH, call(100, 82).on("orders"))).isInstanceOfSatisfying(Refuse.class, refuse -> {
            assertThat(refuse.reason()).isEqualTo(new Reason("limit_reserved", 403));
            assertThat(refuse.detail())
                    .isEqualTo("Limit 'api_calls' has 18 of 100 left, and 20 are kept for other requests; "
                            + "it starts anew at 2026-03-05T11:20:00Z");
            assertThat(refuse.members())
                    .containsExactly(
                            entry("limit_type", "api_calls"),
                            entry("limit", 100L),
                            entry("remaining", 18L),
                            entry("kept", 20L),
                            entry("resets_at", "2026-03-05T11:20:00Z"));
        });
    }

    @Test
    void what_never_starts_anew_has_no_time_at_which_it_does() {
        var call = call(Window.TOTAL, Scope.STORE, 100).used("api_calls", 80);
        assertThat(ask(A_FIFTH, call)).isInstanceOfSatisfying(Refuse.class, refuse -> {
            assertThat(refuse.detail()).endsWith("20 are kept for other requests");
            assertThat(refuse.members()).containsEntry("resets_at", null);
        });
    }

    @Test
    void a_limit_without_a_bound_passes_and_nobody_counts() {
        Check check = new ReserveCheck(
                new ReserveConfig("api_calls", Keep.valueOf(1)), (call, limit) -> Future.failedFuture("asked"));
        assertThat(ask(check, call(Limit.UNLIMITED, 1_000))).isEqualTo(Allow.plain());
    }

    @Test
    void a_limit_that_a_plugin_counts_may_have_no_bound_either() {
        Check check = new ReserveCheck(
                new ReserveConfig("bursts", Keep.valueOf(1)),
                (call, limit) -> Future.succeededFuture(Optional.of(new LimitUsage(Limit.UNLIMITED, 7, null))));
        assertThat(ask(check, TestCall.get("/"))).isEqualTo(Allow.plain());
    }

    @Test
    void a_limit_that_the_store_does_not_have_passes() {
        assertThat(ask(A_FIFTH, TestCall.get("/"))).isEqualTo(Allow.plain());
    }

    @Test
    void a_limit_of_users_is_the_callers_own_and_passes_without_one() {
        var call = call(Window.DAY, Scope.USER, 10).used("api_calls", 10);
        assertThat(ask(A_FIFTH, call)).isInstanceOf(Refuse.class);
        var nobody = new Caller(TestGateway.STORE, null, Set.of(), Map.of());
        assertThat(ask(A_FIFTH, call.by(nobody))).isEqualTo(Allow.plain());
    }

    @Test
    void where_the_counters_are_away_the_policy_of_its_use_decides() {
        Check check = new ReserveCheck(
                new ReserveConfig("api_calls", Keep.valueOf(1)), (call, limit) -> Future.failedFuture("away"));
        assertThat(check.ask(call(100, 0)).cause()).hasMessage("away");
    }

    private static Check keeping(Keep keep) {
        return new ReserveCheck(new ReserveConfig("api_calls", keep), new TestUsage());
    }

    private static Decision ask(Check check, TestCall call) {
        return check.ask(call).result();
    }

    private static TestCall call(long limit, long used) {
        return call(Window.DAY, Scope.STORE, limit).used("api_calls", used);
    }

    private static TestCall call(Window window, Scope scope, long limit) {
        var store = TestStore.of(TestGateway.STORE, "essential")
                .limitedBy(new Limit("api_calls", "", "API calls", window, scope, limit));
        return TestCall.get("/").of(store).at(NOW);
    }
}
