package dev.tiergate.limits;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

class RecallWaitTest {

    @Test
    void looks_come_twice_as_far_apart_each_time_and_end_after_a_quarter_of_a_second() {
        var wait = new RecallWait();
        List<Long> pauses = new ArrayList<>();
        for (OptionalLong next = wait.next(); next.isPresent(); next = wait.next()) {
            pauses.add(next.getAsLong());
        }
        assertThat(pauses).startsWith(2L, 4L, 8L, 16L);
        assertThat(pauses.stream().mapToLong(Long::longValue).sum()).isEqualTo(250);
    }
}
