package dev.tiergate.limits;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tiergate.plugin.Limit.Window;
import java.time.Instant;
import java.time.ZoneId;
import java.time.zone.ZoneOffsetTransition;
import java.time.zone.ZoneRules;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;

class WindowsTransitionsTest {

    private static final Instant FROM = Instant.parse("1990-01-01T00:00:00Z");
    private static final Instant TO = Instant.parse("2030-01-01T00:00:00Z");

    @Test
    void no_change_of_any_zones_clock_in_forty_years_opens_a_gap() {
        Set<ZoneRules> seen = new HashSet<>();
        for (String id : ZoneId.getAvailableZoneIds()) {
            ZoneId zone = ZoneId.of(id);
            if (!seen.add(zone.getRules())) {
                continue;
            }
            ZoneOffsetTransition next = zone.getRules().nextTransition(FROM);
            while (next != null && next.getInstant().isBefore(TO)) {
                for (Window window : Window.values()) {
                    if (window.calendar()) {
                        tiles(window, zone, next.getInstant());
                    }
                }
                next = zone.getRules().nextTransition(next.getInstant());
            }
        }
    }

    private static void tiles(Window window, ZoneId zone, Instant change) {
        Instant at = change.minusSeconds(7_200);
        WindowSpan span = Windows.around(window, zone, FROM, at).orElseThrow();
        while (!span.end().isAfter(change.plusSeconds(7_200))) {
            WindowSpan following =
                    Windows.around(window, zone, FROM, span.end()).orElseThrow();
            assertThat(following.start()).as("%s in %s", window, zone).isEqualTo(span.end());
            assertThat(following.end()).as("%s in %s", window, zone).isAfter(following.start());
            span = following;
        }
        assertThat(span.contains(change.plusSeconds(7_200)) || span.end().isAfter(change))
                .as("%s in %s", window, zone)
                .isTrue();
    }
}
