package dev.tiergate.plugin.schedule;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tiergate.plugin.schedule.ScheduleConfig.Blackout;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneId;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** November 23rd 2026 is a Monday. Clocks in Luxembourg leap on March 29th and October 25th 2026. */
class TimetableTest {

    private static final ZoneId LUXEMBOURG = ZoneId.of("Europe/Luxembourg");
    private static final ZoneId NEW_YORK = ZoneId.of("America/New_York");

    @ParameterizedTest
    @CsvSource({
        "2026-11-23T07:59:59.999+01:00, 2026-11-23T08:00:00+01:00",
        "2026-11-23T08:00:00+01:00,     2026-11-23T08:00:00+01:00",
        "2026-11-23T17:59:59.999+01:00, 2026-11-23T17:59:59.999+01:00",
        "2026-11-23T18:00:00+01:00,     2026-11-24T08:00:00+01:00",
        "2026-11-27T17:59:59.999+01:00, 2026-11-27T17:59:59.999+01:00",
        "2026-11-27T18:00:00+01:00,     2026-11-30T08:00:00+01:00",
        "2026-11-29T23:59:59+01:00,     2026-11-30T08:00:00+01:00",
    })
    void office_hours_begin_with_their_first_instant_and_end_before_their_last(String now, String opens) {
        assertOpens(config(List.of("mon-fri"), "08:00-18:00", null, null), now, opens);
    }

    @ParameterizedTest
    @CsvSource({
        "2026-11-27T21:59:59+01:00, 2026-11-27T22:00:00+01:00",
        "2026-11-27T22:00:00+01:00, 2026-11-27T22:00:00+01:00",
        "2026-11-28T00:00:00+01:00, 2026-11-28T00:00:00+01:00",
        "2026-11-28T05:59:59+01:00, 2026-11-28T05:59:59+01:00",
        "2026-11-28T06:00:00+01:00, 2026-12-04T22:00:00+01:00",
        "2026-11-27T05:00:00+01:00, 2026-11-27T22:00:00+01:00",
    })
    void hours_over_midnight_belong_to_the_day_on_which_they_begin(String now, String opens) {
        assertOpens(config(List.of("fri"), "22:00-06:00", null, null), now, opens);
    }

    @ParameterizedTest
    @CsvSource({
        "2026-11-23T17:59:59+01:00, 2026-11-23T18:00:00+01:00",
        "2026-11-23T23:59:59+01:00, 2026-11-23T23:59:59+01:00",
        "2026-11-24T00:00:00+01:00, 2026-11-24T18:00:00+01:00",
    })
    void hours_can_last_until_midnight(String now, String opens) {
        assertOpens(config(null, "18:00-24:00", null, null), now, opens);
    }

    @ParameterizedTest
    @CsvSource({
        "2026-11-30T23:59:59.999+01:00, 2026-12-01T00:00:00+01:00",
        "2026-12-01T00:00:00+01:00,     2026-12-01T00:00:00+01:00",
        "2026-12-24T23:59:59.999+01:00, 2026-12-24T23:59:59.999+01:00",
        "2026-12-25T00:00:00+01:00,",
        "2020-01-01T00:00:00+01:00,     2026-12-01T00:00:00+01:00",
    })
    void first_and_last_day_are_days_of_the_store(String now, String opens) {
        assertOpens(config(null, null, "2026-12-01", "2026-12-24"), now, opens);
    }

    @Test
    void a_last_day_that_reaches_into_the_next_one_ends_there() {
        var config = config(null, "22:00-06:00", null, "2026-11-23");
        assertOpens(config, "2026-11-24T05:59:59+01:00", "2026-11-24T05:59:59+01:00");
        assertOpens(config, "2026-11-24T06:00:00+01:00", null);
    }

    @Test
    void a_first_day_that_is_none_of_the_days_opens_on_the_next_that_is() {
        assertOpens(
                config(List.of("sun"), null, "2026-11-23", null),
                "2026-11-01T00:00:00+01:00",
                "2026-11-29T00:00:00+01:00");
    }

    @Test
    void days_that_never_come_between_first_and_last_never_open() {
        assertOpens(config(List.of("sun"), null, "2026-11-23", "2026-11-28"), "2026-11-23T00:00:00+01:00", null);
        assertOpens(
                config(List.of("sat"), null, "2026-11-23", "2026-11-28"),
                "2026-11-23T00:00:00+01:00",
                "2026-11-28T00:00:00+01:00");
    }

    @ParameterizedTest
    @CsvSource({
        "2026-11-23T09:59:59+01:00, 2026-11-23T09:59:59+01:00",
        "2026-11-23T10:00:00+01:00, 2026-11-23T12:00:00+01:00",
        "2026-11-23T11:59:59+01:00, 2026-11-23T12:00:00+01:00",
        "2026-11-23T12:00:00+01:00, 2026-11-23T12:00:00+01:00",
        "2026-11-23T17:00:00+01:00, 2026-11-24T09:00:00+01:00",
        "2026-11-24T08:00:00+01:00, 2026-11-24T09:00:00+01:00",
    })
    void a_blackout_is_closed_and_the_next_opening_is_after_all_of_them(String now, String opens) {
        var config = new ScheduleConfig(
                null,
                "08:00-18:00",
                null,
                null,
                List.of(
                        new Blackout("2026-11-24T07:30:00Z", "2026-11-24T08:00:00Z"),
                        new Blackout("2026-11-23T09:00:00Z", "2026-11-23T12:00:00+01:00"),
                        new Blackout("2026-11-23T17:00:00+01:00", "2026-11-24T08:30:00+01:00")));
        assertOpens(config, now, opens);
    }

    @Test
    void a_blackout_to_the_very_end_leaves_nothing() {
        var config = new ScheduleConfig(
                null, null, null, "2026-11-23", List.of(new Blackout("2026-11-23T10:00:00Z", "2026-11-23T23:00:00Z")));
        assertOpens(config, "2026-11-23T10:59:59+01:00", "2026-11-23T10:59:59+01:00");
        assertOpens(config, "2026-11-23T11:00:00+01:00", null);
    }

    @Test
    void an_hour_that_clocks_skip_comes_at_the_skip() {
        var config = config(null, "02:30-04:00", null, null);
        assertOpens(config, "2026-03-29T01:59:59+01:00", "2026-03-29T03:00:00+02:00");
        assertOpens(config, "2026-03-29T03:00:00+02:00", "2026-03-29T03:00:00+02:00");
        assertOpens(config, "2026-03-29T03:59:59+02:00", "2026-03-29T03:59:59+02:00");
        assertOpens(config, "2026-03-29T04:00:00+02:00", "2026-03-30T02:30:00+02:00");
    }

    @Test
    void hours_that_clocks_skip_whole_do_not_come() {
        var config = config(null, "02:00-03:00", null, null);
        assertOpens(config, "2026-03-29T01:59:59+01:00", "2026-03-30T02:00:00+02:00");
        assertOpens(config, "2026-03-29T03:00:00+02:00", "2026-03-30T02:00:00+02:00");
    }

    @Test
    void of_an_hour_that_comes_twice_the_first_one_counts() {
        var begins = config(null, "02:30-04:00", null, null);
        assertOpens(begins, "2026-10-25T02:29:59+02:00", "2026-10-25T02:30:00+02:00");
        assertOpens(begins, "2026-10-25T02:10:00+01:00", "2026-10-25T02:10:00+01:00");
        assertOpens(begins, "2026-10-25T04:00:00+01:00", "2026-10-26T02:30:00+01:00");
        var ends = config(null, "01:00-02:30", null, null);
        assertOpens(ends, "2026-10-25T02:29:59+02:00", "2026-10-25T02:29:59+02:00");
        assertOpens(ends, "2026-10-25T02:30:00+02:00", "2026-10-26T01:00:00+01:00");
        assertOpens(ends, "2026-10-25T02:10:00+01:00", "2026-10-26T01:00:00+01:00");
    }

    @ParameterizedTest
    @CsvSource({"2026-03-29, 23", "2026-03-30, 24", "2026-10-25, 25"})
    void a_whole_day_has_as_many_hours_as_clocks_show(String day, int hours) {
        var begin = OffsetDateTime.parse(day + "T12:00:00Z")
                .toLocalDate()
                .atStartOfDay(LUXEMBOURG)
                .toInstant();
        var timetable = TimetableReader.read(config(null, null, day, day));
        var last = begin.plus(Duration.ofHours(hours)).minusMillis(1);
        assertThat(timetable.opens(begin, LUXEMBOURG)).contains(begin);
        assertThat(timetable.opens(last, LUXEMBOURG)).contains(last);
        assertThat(timetable.opens(last.plusMillis(1), LUXEMBOURG)).isEmpty();
    }

    @Test
    void a_day_that_a_zone_left_out_does_not_come() {
        var apia = ZoneId.of("Pacific/Apia");
        var fridays = TimetableReader.read(config(List.of("fri"), null, null, null));
        // there was no Friday, December 30th 2011
        assertThat(fridays.opens(Instant.parse("2011-12-30T09:00:00Z"), apia))
                .contains(Instant.parse("2012-01-05T10:00:00Z"));
    }

    @Test
    void each_store_has_its_own_hours() {
        var timetable = TimetableReader.read(config(null, "08:00-18:00", null, null));
        var now = Instant.parse("2026-11-23T12:59:59Z");
        assertThat(timetable.opens(now, LUXEMBOURG)).contains(now);
        assertThat(timetable.opens(now, NEW_YORK)).contains(Instant.parse("2026-11-23T13:00:00Z"));
    }

    private static ScheduleConfig config(List<String> days, String hours, String from, String until) {
        return new ScheduleConfig(days, hours, from, until, null);
    }

    private static void assertOpens(ScheduleConfig config, String now, String opens) {
        assertThat(TimetableReader.read(config).opens(instant(now), LUXEMBOURG).orElse(null))
                .isEqualTo(opens == null ? null : instant(opens));
    }

    private static Instant instant(String text) {
        return OffsetDateTime.parse(text).toInstant();
    }
}
