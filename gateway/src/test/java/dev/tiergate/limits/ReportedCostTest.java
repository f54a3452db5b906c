package dev.tiergate.limits;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tiergate.telemetry.CostReport;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ReportedCostTest {

    private static final long TAKEN = 10;
    private static final long OTHERWISE = 4;

    @ParameterizedTest
    @CsvSource({
        "'0', USED, 0",
        "'7', USED, 7",
        "' 7\t', USED, 7",
        "'007', USED, 7",
        "'10', USED, 10",
        "'11', ABOVE_MAX, 10",
        "'9223372036854775808', ABOVE_MAX, 10",
        "'000000000000000000000000000003', USED, 3",
        "'', MALFORMED, 4",
        "'-1', MALFORMED, 4",
        "'+1', MALFORMED, 4",
        "'1.0', MALFORMED, 4",
        "'1e1', MALFORMED, 4",
        "'1, 2', MALFORMED, 4",
        "'\u0661', MALFORMED, 4",
        "'seven', MALFORMED, 4",
    })
    void one_whole_number_counts_up_to_what_was_taken(String value, CostReport report, long units) {
        assertThat(ReportedCost.of(List.of(value), TAKEN, OTHERWISE)).isEqualTo(new ReportedCost(report, units));
    }

    @Test
    void what_is_not_said_or_said_twice_costs_the_default() {
        assertThat(ReportedCost.of(List.of(), TAKEN, OTHERWISE))
                .isEqualTo(new ReportedCost(CostReport.ABSENT, OTHERWISE));
        assertThat(ReportedCost.of(List.of("3", "3"), TAKEN, OTHERWISE))
                .isEqualTo(new ReportedCost(CostReport.MALFORMED, OTHERWISE));
    }
}
