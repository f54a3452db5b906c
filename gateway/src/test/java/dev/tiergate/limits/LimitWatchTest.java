package dev.tiergate.limits;

import static dev.tiergate.limits.Limits.limit;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tiergate.plugin.Limit;
import dev.tiergate.plugin.Limit.Window;
import dev.tiergate.routes.Route.Charge.On;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class LimitWatchTest {

    private final List<String> news = new ArrayList<>();
    private final LimitWatch watch =
            new LimitWatch((subject, kind, usage) -> news.add(kind + " " + usage.current()), 0.8);

    @Test
    void a_limit_warns_at_four_fifths_and_not_one_before() {
        charge(limit("daily", Window.DAY, 100), 1, 79);
        assertThat(news).isEmpty();
        charge(limit("daily", Window.DAY, 100), 1, 80);
        assertThat(news).containsExactly("APPROACHING 80");
        charge(limit("daily", Window.DAY, 100), 1, 81);
        assertThat(news).hasSize(1);
    }

    @Test
    void a_limit_is_reached_with_its_last_unit_and_not_one_before() {
        charge(limit("daily", Window.DAY, 100), 1, 99);
        assertThat(news).isEmpty();
        charge(limit("daily", Window.DAY, 100), 1, 100);
        assertThat(news).containsExactly("REACHED 100");
    }

    @Test
    void a_charge_that_crosses_both_lines_tells_the_worse() {
        charge(limit("daily", Window.DAY, 10), 10, 10);
        charge(limit("one", Window.DAY, 1), 1, 1);
        assertThat(news).containsExactly("REACHED 10", "REACHED 1");
    }

    @Test
    void a_charge_of_many_units_that_jumps_over_the_line_warns() {
        charge(limit("daily", Window.DAY, 100), 50, 95);
        charge(limit("daily", Window.DAY, 100), 10, 89);
        charge(limit("daily", Window.DAY, 100), 9, 89);
        assertThat(news).containsExactly("APPROACHING 95", "APPROACHING 89");
    }

    @Test
    void the_line_is_exact_where_a_floating_point_product_is_not() {
        var exact = new LimitWatch((subject, kind, usage) -> news.add(kind + " " + usage.current()), 0.55);
        charge(exact, limit("daily", Window.DAY, 100), 1, 55, false);
        assertThat(news).containsExactly("APPROACHING 55");
    }

    @Test
    void every_crossing_is_told_exactly_once_on_the_way_up() {
        for (var units = 1; units <= 7; units++) {
            for (var value = 1; value <= 60; value++) {
                news.clear();
                for (var current = units; current <= value; current += units) {
                    charge(limit("daily", Window.DAY, value), units, current);
                }
                assertThat(news)
                        .as("%s of %s", units, value)
                        .doesNotHaveDuplicates()
                        .hasSizeLessThanOrEqualTo(2);
                var last = value / units * units;
                var reached = last == value;
                assertThat(news.contains("REACHED " + value)).isEqualTo(reached);
                assertThat(!news.isEmpty()).isEqualTo(last * 10 >= value * 8);
            }
        }
    }

    @Test
    void levels_tell_and_what_is_in_flight_unlimited_or_in_shadow_does_not() {
        charge(limit("products", Window.TOTAL, 10), 1, 8);
        charge(limit("parallel", Window.CONCURRENT, 10), 1, 10);
        charge(limit("free", Window.DAY, Limit.UNLIMITED), 1, 1_000);
        charge(watch, limit("daily", Window.DAY, 10), 1, 10, true);
        assertThat(news).containsExactly("APPROACHING 8");
    }

    private void charge(Limit limit, long units, long current) {
        charge(watch, limit, units, current, false);
    }

    private static void charge(LimitWatch watch, Limit limit, long units, long current, boolean shadow) {
        watch.charged(
                new Subject(Limits.store(), null, shadow),
                List.of(new ChargeRequest.Line(limit, units, On.ATTEMPT)),
                List.of(new Usage(limit, current, null, Instant.EPOCH)));
    }
}
