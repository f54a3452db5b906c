package dev.tiergate.edge;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TraceContextTest {

    private static final String TRACE = "0af7651916cd43dd8448eb211c80319c";
    private static final String VALID = "00-" + TRACE + "-b7ad6b7169203331-00";
    private final RequestIds ids = new RequestIds(1, 2);

    @Test
    void a_valid_trace_is_continued_with_another_span() {
        TraceContext next = TraceContext.next(List.of(VALID), ids);
        assertThat(next.continued()).isTrue();
        assertThat(next.traceparent())
                .matches("00-" + TRACE + "-[0-9a-f]{16}-00")
                .isNotEqualTo(VALID);
    }

    @Test
    void of_the_flags_only_the_sampled_one_is_kept() {
        assertThat(TraceContext.next(List.of(VALID.replaceAll("00$", "ff")), ids)
                        .traceparent())
                .endsWith("-01");
        assertThat(TraceContext.next(List.of(VALID.replaceAll("00$", "fe")), ids)
                        .traceparent())
                .endsWith("-00");
    }

    @Test
    void a_later_version_may_be_longer() {
        assertThat(TraceContext.next(List.of("cc" + VALID.substring(2) + "-what"), ids)
                        .continued())
                .isTrue();
        assertThat(TraceContext.next(List.of("cc" + VALID.substring(2)), ids).continued())
                .isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "00",
                VALID + "-x",
                VALID + "0",
                "ff-" + TRACE + "-b7ad6b7169203331-00",
                "00-" + TRACE + "-0000000000000000-00",
                "00-00000000000000000000000000000000-b7ad6b7169203331-00",
                "00-0AF7651916CD43DD8448EB211C80319C-b7ad6b7169203331-00",
                "00-" + TRACE + "-b7ad6b7169203331-0g",
                "00_" + TRACE + "_b7ad6b7169203331_00",
                "cc" + TRACE + "b7ad6b71692033310000000"
            })
    void anything_else_starts_a_new_trace(String traceparent) {
        TraceContext next = TraceContext.next(List.of(traceparent), ids);
        assertThat(next.continued()).isFalse();
        assertThat(next.traceparent())
                .matches("00-[0-9a-f]{32}-[0-9a-f]{16}-01")
                .doesNotContain(TRACE);
    }

    @Test
    void none_and_two_start_a_new_trace() {
        assertThat(TraceContext.next(List.of(), ids).continued()).isFalse();
        assertThat(TraceContext.next(List.of(VALID, VALID), ids).continued()).isFalse();
    }

    @Test
    void request_ids_are_26_letters_and_digits_and_do_not_repeat() {
        Set<String> seen = new HashSet<>();
        for (int i = 0; i < 10_000; i++) {
            String id = ids.next();
            assertThat(id).matches("[0-9a-hjkmnp-tv-z]{26}");
            assertThat(seen.add(id)).isTrue();
        }
    }

    @Test
    void two_generators_do_not_make_the_same_ids() {
        assertThat(new RequestIds().next()).isNotEqualTo(new RequestIds().next());
    }
}
