package dev.tiergate.api.events;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HistoryTest {

    @Test
    void a_page_gets_what_came_after_what_it_read() {
        var history = history(3, 10, 11, 12, 13);
        assertThat(history.after(11).orElseThrow())
                .extracting(next -> next.id().number())
                .containsExactly(12L, 13L);
        assertThat(history.after(13).orElseThrow()).isEmpty();
    }

    @Test
    void the_oldest_that_is_whole_is_the_one_before_the_first_that_is_kept() {
        var history = history(3, 10, 11, 12, 13, 14);
        assertThat(history.after(11).orElseThrow()).hasSize(3);
        assertThat(history.after(10)).isEmpty();
    }

    @Test
    void before_the_first_listener_nothing_is_known() {
        assertThat(history(3, 10).after(10))
                .hasValueSatisfying(missed -> assertThat(missed).isEmpty());
        assertThat(history(3, 10).after(9)).isEmpty();
    }

    @Test
    void an_id_is_read_as_it_was_written() {
        var id = new EventId("k3j2z", 17);
        assertThat(EventId.parse(id.toString())).isEqualTo(id);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "-", "a-", "-1", "a-b", "a-1-2", "A-1", "a-1234567890123456789", "a-1\n", "a--1"})
    void what_is_no_id_is_none(String text) {
        assertThat(EventId.parse(text)).isNull();
        assertThat(EventId.parse(null)).isNull();
    }

    private static History history(int most, long begin, long... numbers) {
        var history = new History(most, begin);
        for (var number : numbers) {
            history.add(new History.Numbered(new EventId("n", number), PageEvent.changed()));
        }
        return history;
    }
}
