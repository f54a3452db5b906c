package dev.tiergate.plugin.schedule;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tiergate.plugin.schedule.ScheduleConfig.Blackout;
import java.time.DayOfWeek;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ScheduleConfigTest {

    @Test
    void a_configuration_without_a_rule_says_what_to_write() {
        assertThatThrownBy(() -> new ScheduleConfig(null, null, null, null, null))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(
                        "schedule needs 'days', 'hours', 'from', 'until' or 'blackout', such as hours: 08:00-18:00");
    }

    @Test
    void days_are_names_and_ranges_also_over_the_weekend() {
        assertThat(TimetableReader.read(days("mon-wed", "sun")).days())
                .containsExactly(DayOfWeek.MONDAY, DayOfWeek.TUESDAY, DayOfWeek.WEDNESDAY, DayOfWeek.SUNDAY);
        assertThat(TimetableReader.read(days("sat-mon")).days())
                .containsExactly(DayOfWeek.MONDAY, DayOfWeek.SATURDAY, DayOfWeek.SUNDAY);
        assertThat(TimetableReader.read(days("tue-tue")).days()).containsExactly(DayOfWeek.TUESDAY);
        assertThat(TimetableReader.read(days("tue-mon")).days()).hasSize(7);
    }

    @ParameterizedTest
    @ValueSource(strings = {"monday", "Mon", "mon-", "-mon", "mon-fri-sun", "1", ""})
    void what_is_no_day_is_said(String text) {
        assertThatThrownBy(() -> days(text)).hasMessage("'days' must be such as mon or mon-fri, not '" + text + "'");
    }

    @Test
    void no_day_at_all_is_said() {
        assertThatThrownBy(ScheduleConfigTest::days)
                .hasMessage("'days' is empty; name some, or leave it out for every day");
    }

    @ParameterizedTest
    @CsvSource({
        "00:00-23:59, 0, 1439",
        "00:00-24:00, 0, 1440",
        "23:59-24:00, 1439, 1440",
        "23:59-00:00, 1439, 1440",
        "08:00-07:59, 480, 1919",
        "08:00-08:01, 480, 481"
    })
    void hours_are_read(String text, int from, int until) {
        assertThat(Hours.of(text)).isEqualTo(new Hours(from, until));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"8-18", "8:00-18:00", "08:00", "08:00-18:60", "24:00-08:00", "08:00-24:01", "25:00-26:00", ""})
    void what_are_no_hours_is_said(String text) {
        assertThatThrownBy(() -> Hours.of(text)).hasMessage("'hours' must be such as 08:00-18:00, not '" + text + "'");
    }

    @Test
    void hours_that_end_when_they_begin_are_said() {
        assertThatThrownBy(() -> Hours.of("08:00-08:00"))
                .hasMessage("'hours' ends when it begins; leave it out for the whole day");
    }

    @ParameterizedTest
    @ValueSource(strings = {"2026-02-29", "2026-12", "01.12.2026", "2026-12-01T00:00:00Z"})
    void what_is_no_date_is_said(String text) {
        assertThatThrownBy(() -> new ScheduleConfig(null, null, text, null, null))
                .hasMessage("'from' must be a date such as 2026-12-01, not '" + text + "'");
    }

    @Test
    void one_day_is_a_span_and_less_is_an_error() {
        assertThatCode(() -> new ScheduleConfig(null, null, "2026-12-01", "2026-12-01", null))
                .doesNotThrowAnyException();
        assertThatThrownBy(() -> new ScheduleConfig(null, null, "2026-12-01", "2026-11-30", null))
                .hasMessage("'until' is before 'from', so that it would never open");
    }

    @Test
    void a_blackout_lasts_a_second_at_least() {
        assertThatCode(() -> blackout("2026-12-01T00:00:00Z", "2026-12-01T01:00:01+01:00"))
                .doesNotThrowAnyException();
        assertThatThrownBy(() -> blackout("2026-12-01T00:00:00Z", "2026-12-01T01:00:00+01:00"))
                .hasMessage("a blackout ends after it begins; '2026-12-01T01:00:00+01:00' does not");
    }

    @Test
    void what_is_no_blackout_is_said() {
        assertThatThrownBy(() -> new Blackout("2026-12-01T00:00:00Z", null))
                .hasMessage("a blackout needs 'from' and 'until', such as from: 2026-12-11T22:00:00Z");
        assertThatThrownBy(() -> blackout("2026-12-01", "2026-12-02"))
                .hasMessage("a blackout has instants such as 2026-12-11T22:00:00Z, not '2026-12-01'");
    }

    private static ScheduleConfig days(String... days) {
        return new ScheduleConfig(List.of(days), null, null, null, null);
    }

    private static ScheduleConfig blackout(String from, String until) {
        return new ScheduleConfig(null, null, null, null, List.of(new Blackout(from, until)));
    }
}
