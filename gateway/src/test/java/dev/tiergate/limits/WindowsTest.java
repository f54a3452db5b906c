package dev.tiergate.limits;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tiergate.plugin.Limit.Window;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.LongRange;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class WindowsTest {

    private static final Instant ANCHOR = Instant.parse("2024-01-31T10:30:00Z");

    @ParameterizedTest(name = "{0} in {1} at {2}: {4}")
    @CsvSource({
        "HOUR, UTC, 2026-03-05T10:59:59.999Z, 2026-03-05T10:00:00Z, PT1H",
        "HOUR, UTC, 2026-03-05T11:00:00Z, 2026-03-05T11:00:00Z, PT1H",
        "HOUR, Asia/Kathmandu, 2026-03-05T10:20:00Z, 2026-03-05T10:15:00Z, PT1H",
        // the hour that Luxembourg shows twice is two windows
        "HOUR, Europe/Luxembourg, 2026-10-25T00:30:00Z, 2026-10-25T00:00:00Z, PT1H",
        "HOUR, Europe/Luxembourg, 2026-10-25T01:30:00Z, 2026-10-25T01:00:00Z, PT1H",
        // the hour that it skips is none
        "HOUR, Europe/Luxembourg, 2026-03-29T00:59:59Z, 2026-03-29T00:00:00Z, PT1H",
        "HOUR, Europe/Luxembourg, 2026-03-29T01:00:00Z, 2026-03-29T01:00:00Z, PT1H",
        // Lord Howe moves by half an hour: a repeated half hour of its own, then a whole hour
        "HOUR, Australia/Lord_Howe, 2026-04-04T14:45:00Z, 2026-04-04T14:00:00Z, PT1H",
        "HOUR, Australia/Lord_Howe, 2026-04-04T15:15:00Z, 2026-04-04T15:00:00Z, PT30M",
        "HOUR, Australia/Lord_Howe, 2026-10-03T15:45:00Z, 2026-10-03T15:30:00Z, PT30M",
        "DAY, UTC, 2026-03-05T23:59:59.999Z, 2026-03-05T00:00:00Z, PT24H",
        "DAY, UTC, 2026-03-06T00:00:00Z, 2026-03-06T00:00:00Z, PT24H",
        "DAY, Europe/Luxembourg, 2026-03-29T12:00:00Z, 2026-03-28T23:00:00Z, PT23H",
        "DAY, Europe/Luxembourg, 2026-10-25T12:00:00Z, 2026-10-24T22:00:00Z, PT25H",
        "DAY, America/New_York, 2026-03-08T12:00:00Z, 2026-03-08T05:00:00Z, PT23H",
        "DAY, America/New_York, 2026-11-01T12:00:00Z, 2026-11-01T04:00:00Z, PT25H",
        "DAY, Australia/Lord_Howe, 2026-04-05T03:00:00Z, 2026-04-04T13:00:00Z, PT24H30M",
        // midnight does not exist: the day begins at one
        "DAY, America/Sao_Paulo, 2018-11-04T12:00:00Z, 2018-11-04T03:00:00Z, PT23H",
        // midnight is put back: the old date goes on for an hour
        "DAY, America/Sao_Paulo, 2018-02-18T02:30:00Z, 2018-02-17T02:00:00Z, PT25H",
        // at 00:01 the clock goes back to 23:01: the new day has begun and goes on
        "DAY, America/St_Johns, 2010-11-07T02:31:30Z, 2010-11-07T02:30:00Z, PT25H",
        // Apia had no 30 December 2011
        "DAY, Pacific/Apia, 2011-12-30T09:59:59Z, 2011-12-29T10:00:00Z, PT24H",
        "DAY, Pacific/Apia, 2011-12-30T10:00:00Z, 2011-12-30T10:00:00Z, PT24H",
        "WEEK, UTC, 2026-03-01T23:59:59Z, 2026-02-23T00:00:00Z, PT168H",
        "WEEK, UTC, 2026-03-02T00:00:00Z, 2026-03-02T00:00:00Z, PT168H",
        "WEEK, Europe/Luxembourg, 2026-03-29T12:00:00Z, 2026-03-22T23:00:00Z, PT167H",
        "MONTH, UTC, 2024-02-29T23:59:59Z, 2024-02-01T00:00:00Z, PT696H",
        "MONTH, UTC, 2026-02-28T23:59:59Z, 2026-02-01T00:00:00Z, PT672H",
        "MONTH, UTC, 2026-03-01T00:00:00Z, 2026-03-01T00:00:00Z, PT744H",
        "MONTH, America/New_York, 2026-03-01T04:59:59Z, 2026-02-01T05:00:00Z, PT672H",
        "MONTH, Pacific/Kiritimati, 2025-12-31T10:00:00Z, 2025-12-31T10:00:00Z, PT744H",
        // the 31st is the 29th in a leap February, the 28th otherwise, and comes back
        "PERIOD, UTC, 2024-02-29T10:29:59Z, 2024-01-31T10:30:00Z, PT696H",
        "PERIOD, UTC, 2024-02-29T10:30:00Z, 2024-02-29T10:30:00Z, PT744H",
        "PERIOD, UTC, 2024-03-31T10:30:00Z, 2024-03-31T10:30:00Z, PT720H",
        "PERIOD, UTC, 2025-02-28T10:30:00Z, 2025-02-28T10:30:00Z, PT744H",
        "PERIOD, UTC, 2023-12-31T10:29:59Z, 2023-11-30T10:30:00Z, PT744H",
    })
    void a_window_is_calendar_arithmetic_in_the_stores_zone(
            Window window, String zone, Instant now, Instant start, Duration length) {
        WindowSpan span = Windows.around(window, ZoneId.of(zone), ANCHOR, now).orElseThrow();

        assertThat(span.start()).isEqualTo(start);
        assertThat(Duration.ofSeconds(span.seconds())).isEqualTo(length);
        assertThat(span.contains(now)).isTrue();
    }

    @ParameterizedTest
    @EnumSource(
            value = Window.class,
            names = {"TOTAL", "CONCURRENT", "CREDITS"})
    void what_never_starts_anew_has_no_window(Window window) {
        assertThat(Windows.around(window, ZoneId.of("UTC"), ANCHOR, ANCHOR)).isEmpty();
    }

    @Property(tries = 3_000)
    void windows_tile_time_without_gap_or_overlap(
            @ForAll("calendar") Window window,
            @ForAll("zones") ZoneId zone,
            @ForAll @LongRange(min = 0, max = 2_000_000_000L) long anchor,
            @ForAll("instants") Instant now) {
        Instant first = Instant.ofEpochSecond(anchor);
        WindowSpan span = Windows.around(window, zone, first, now).orElseThrow();

        assertThat(span.contains(now)).isTrue();
        assertThat(Windows.around(window, zone, first, span.start())).contains(span);
        assertThat(Windows.around(window, zone, first, span.end().minusNanos(1)))
                .contains(span);
        assertThat(Windows.around(window, zone, first, span.end()).orElseThrow().start())
                .isEqualTo(span.end());
        assertThat(Windows.around(window, zone, first, span.start().minusNanos(1))
                        .orElseThrow()
                        .end())
                .isEqualTo(span.start());
    }

    @Provide
    Arbitrary<Window> calendar() {
        return Arbitraries.of(Window.values()).filter(Window::calendar);
    }

    @Provide
    Arbitrary<ZoneId> zones() {
        return Arbitraries.of(ZoneId.getAvailableZoneIds().stream().sorted().toList())
                .map(ZoneId::of);
    }

    /** Close to changes of some zone's clock more often than chance would be. */
    @Provide
    Arbitrary<Instant> instants() {
        Arbitrary<Instant> any = Arbitraries.longs()
                .between(Instant.parse("1975-01-01T00:00:00Z").getEpochSecond(), 2_200_000_000L)
                .map(Instant::ofEpochSecond);
        Arbitrary<Instant> near = any.flatMap(instant -> zones().flatMap(zone -> {
            var transition = zone.getRules().nextTransition(instant);
            Instant middle = transition == null ? instant : transition.getInstant();
            return Arbitraries.longs().between(-7_200, 7_200).map(middle::plusSeconds);
        }));
        return Arbitraries.oneOf(any, near);
    }
}
