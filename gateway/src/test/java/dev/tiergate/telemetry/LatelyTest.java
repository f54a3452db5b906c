package dev.tiergate.telemetry;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LatelyTest {

    private static final long SPAN = Lately.SPAN.toNanos();

    private final AtomicLong nanos = new AtomicLong();

    @ParameterizedTest
    @ValueSource(longs = {0, 1_000_000, Long.MAX_VALUE, Long.MIN_VALUE})
    void what_never_happened_did_not_lately_whatever_the_clock_shows(long start) {
        nanos.set(start);
        var lately = new Lately(nanos::get);

        assertThat(lately.has()).isFalse();
        assertThat(lately.begins()).isTrue();
    }

    @Test
    void what_happened_is_over_when_the_span_is() {
        var lately = new Lately(nanos::get);
        lately.happened();

        nanos.set(SPAN - 1);
        assertThat(lately.has()).isTrue();
        nanos.set(SPAN);
        assertThat(lately.has()).isFalse();
    }

    @Test
    void what_happens_again_and_again_begins_once_in_a_span() {
        var lately = new Lately(nanos::get);

        assertThat(lately.begins()).isTrue();
        assertThat(lately.begins()).isFalse();
        nanos.set(SPAN - 1);
        assertThat(lately.begins()).isFalse();
        nanos.set(SPAN);
        assertThat(lately.begins()).isTrue();
        nanos.set(2 * SPAN - 1);
        assertThat(lately.begins()).isFalse();
        nanos.set(2 * SPAN);
        assertThat(lately.begins()).isTrue();
    }

    @Test
    void what_begins_has_happened_and_what_happened_does_not_begin() {
        var begun = new Lately(nanos::get);
        begun.begins();
        assertThat(begun.has()).isTrue();

        var happened = new Lately(nanos::get);
        happened.happened();
        assertThat(happened.begins()).isFalse();
    }

    @Test
    void of_many_at_once_one_begins_it() {
        var lately = new Lately(nanos::get);

        assertThat(IntStream.range(0, 100_000).parallel().filter(n -> lately.begins()))
                .hasSize(1);
    }
}
