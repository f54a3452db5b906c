package dev.tiergate.api;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tiergate.limits.Usage;
import dev.tiergate.limits.WindowSpan;
import dev.tiergate.plugin.Limit;
import dev.tiergate.plugin.Limit.Scope;
import dev.tiergate.plugin.Limit.Window;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class UsageViewTest {

    private static final double SHARE = 0.8;
    private static final Instant NOW = Instant.parse("2026-11-21T12:00:00Z");
    private static final WindowSpan NOVEMBER =
            new WindowSpan(Instant.parse("2026-11-01T00:00:00Z"), Instant.parse("2026-12-01T00:00:00Z"));

    @ParameterizedTest
    @CsvSource({
        "  0, 100,   0, 100, false, false",
        " 79, 100,  79,  21, false, false",
        " 80, 100,  80,  20, true,  false",
        " 99, 100,  99,   1, true,  false",
        "100, 100, 100,   0, true,  true",
        "101, 100, 101,   0, true,  true",
        "250, 100, 250,   0, true,  true",
        "799, 1000, 79, 201, false, false",
        "800, 1000, 80, 200, true,  false",
        "999, 1000, 99,   1, true,  false",
        "  2, 3,   66,   1, false, false",
        "  0, 1,    0,   1, false, false",
        "  1, 1,  100,   0, true,  true",
        "  0, 0,  100,   0, true,  true",
        "  7, 0,  100,   0, true,  true",
        "  0, -1,   0,  -1, false, false",
        "9007199254740991, -1, 0, -1, false, false",
        "9007199254740991, 9007199254740991, 100, 0, true, true",
        "9007199254740990, 9007199254740991, 99, 1, true, false",
    })
    void what_is_used_is_said_in_units_per_cent_and_flags(
            long current, long value, long percentage, long remaining, boolean approaching, boolean reached) {
        var view = view(current, value, SHARE);
        assertThat(view.percentage()).isEqualTo(percentage);
        assertThat(view.usage().remaining()).isEqualTo(remaining);
        assertThat(view.approaching()).isEqualTo(approaching);
        assertThat(view.reached()).isEqualTo(reached);
    }

    @ParameterizedTest
    @CsvSource({"0.07, 6, 7", "0.29, 28, 29", "0.5, 49, 50", "0.57, 56, 57", "1.0, 99, 100", "0.005, 0, 1"})
    void approaching_begins_at_the_share_exactly(double share, long below, long from) {
        assertThat(view(below, 100, share).approaching()).isFalse();
        assertThat(view(from, 100, share).approaching()).isTrue();
    }

    @Test
    void the_members_stand_in_their_order() {
        assertThat(view(85, 100, SHARE).members().plain())
                .hasToString("{limit_type=orders, name=Orders, window=month, current=85, limit=100, remaining=15, "
                        + "percentage=85, is_unlimited=false, is_approaching_limit=true, is_at_limit=false, "
                        + "resets_at=2026-12-01T00:00:00Z}");
    }

    @Test
    void a_level_never_starts_anew() {
        var seats = new Limit("seats", "", "Seats", Window.TOTAL, Scope.STORE, 5);
        assertThat(new UsageView(new Usage(seats, 5, null, NOW), SHARE)
                        .members()
                        .plain())
                .containsEntry("resets_at", null)
                .containsEntry("window", "total");
    }

    @Test
    void a_warning_names_the_limit_and_its_window() {
        assertThat(view(85, 100, SHARE).warning()).isEqualTo("85 % of limit 'orders' of 100 a month is used");
    }

    private static UsageView view(long current, long value, double share) {
        var orders = new Limit("orders", "basic_orders", "Orders", Window.MONTH, Scope.STORE, value);
        return new UsageView(new Usage(orders, current, NOVEMBER, NOW), share);
    }
}
