package dev.tiergate.limits;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tiergate.plugin.Outcome;
import dev.tiergate.plugin.Outcome.Kind;
import dev.tiergate.routes.Route.Charge.On;
import io.vertx.core.Future;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class KeySettlementTest {

    @ParameterizedTest
    @CsvSource({
        "ANSWERED, 200, true, true, true, true, true",
        "ANSWERED, 399, true, true, true, true, true",
        "ANSWERED, 400, true, false, false, false, false",
        "ANSWERED, 499, true, false, false, false, false",
        "ANSWERED, 500, false, false, false, false, false",
        "ANSWERED, 502, false, false, false, false, false",
        "NOT_SENT, 0, false, false, false, false, false",
        "BROKEN_OFF, 0, false, false, false, false, false",
        "TIMED_OUT, 0, false, false, false, false, false",
        "CLIENT_GONE, 0, true, true, true, false, false"
    })
    void a_key_is_kept_where_all_that_was_to_change_stays_changed(
            Kind kind, int status, boolean attempt, boolean success, boolean both, boolean nothing, boolean gives) {
        var outcome = new Outcome(kind, status);
        assertThat(kept(outcome, false, On.ATTEMPT)).isEqualTo(attempt);
        assertThat(kept(outcome, false, On.SUCCESS)).isEqualTo(success);
        assertThat(kept(outcome, false, On.ATTEMPT, On.SUCCESS)).isEqualTo(both);
        assertThat(kept(outcome, false)).isEqualTo(nothing);
        assertThat(kept(outcome, true)).isEqualTo(gives);
        assertThat(kept(outcome, true, On.ATTEMPT)).isEqualTo(gives);
    }

    @ParameterizedTest
    @CsvSource({"200, 0, false", "200, 1, true", "200, 10, true", "409, 0, false", "409, 9, false", "409, 10, true"})
    void a_key_goes_where_a_report_leaves_nothing_charged_or_gives_back_of_a_refusal(
            int status, long cost, boolean alone) {
        var outcome = Outcome.answered(status);
        var reported = new ReportedUnits();
        reported.told(10, cost);
        assertThat(kept(outcome, false, reported, On.ATTEMPT)).isEqualTo(alone);
        assertThat(kept(outcome, false, reported, On.ATTEMPT, On.ATTEMPT))
                .as("beside what no report tells of")
                .isEqualTo(status == 200 || alone);
        assertThat(kept(outcome, true, reported, On.ATTEMPT)).isEqualTo(status == 200);
        reported.told(10, cost);
        assertThat(kept(outcome, false, reported, On.ATTEMPT, On.ATTEMPT)).isEqualTo(alone);
    }

    private static boolean kept(Outcome outcome, boolean gives, On... charged) {
        return kept(outcome, gives, new ReportedUnits(), charged);
    }

    private static boolean kept(Outcome outcome, boolean gives, ReportedUnits reported, On... charged) {
        List<String> told = new ArrayList<>();
        var hold = new KeyHold() {
            @Override
            public void keep(@Nullable Instant end) {
                told.add("keep " + end);
            }

            @Override
            public void drop() {
                told.add("drop");
            }

            @Override
            public Future<Void> recorded() {
                return Future.succeededFuture();
            }
        };
        new KeySettlement(hold, List.of(charged), gives, reported, MemoryLedger.NOW).answered(outcome);
        assertThat(told).hasSize(1).containsAnyOf("keep " + MemoryLedger.NOW, "drop");
        return !told.contains("drop");
    }
}
