package dev.tiergate.plugin.validator;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class MemoryTest {

    private static final Answer YES = new Answer(true, null, null);
    private static final Answer NO = new Answer(false, "hold", null);

    /** Of a monotonic clock, which may begin anywhere. */
    private final AtomicLong now = new AtomicLong(Long.MAX_VALUE - 5);

    @Test
    void an_answer_is_remembered_until_its_time_is_over() {
        var memory = memory(Duration.ofSeconds(1), 10);
        memory.keep("q", NO);
        now.addAndGet(Duration.ofSeconds(1).toNanos() - 1);
        assertThat(memory.find("q")).isEqualTo(NO);
        now.addAndGet(1);
        assertThat(memory.find("q")).isNull();
    }

    @Test
    void a_later_answer_begins_its_own_time() {
        var memory = memory(Duration.ofSeconds(1), 10);
        memory.keep("q", NO);
        now.addAndGet(Duration.ofMillis(600).toNanos());
        memory.keep("q", YES);
        now.addAndGet(Duration.ofMillis(600).toNanos());
        assertThat(memory.find("q")).isEqualTo(YES);
    }

    @Test
    void with_no_time_nothing_is_remembered() {
        var memory = memory(Duration.ZERO, 10);
        memory.keep("q", YES);
        assertThat(memory.find("q")).isNull();
    }

    @Test
    void the_oldest_answer_goes_where_there_are_too_many() {
        var memory = memory(Duration.ofSeconds(1), 2);
        memory.keep("a", YES);
        memory.keep("b", YES);
        assertThat(memory.find("a")).isEqualTo(YES);
        memory.keep("a", NO);
        memory.keep("c", YES);
        assertThat(memory.find("b")).isNull();
        assertThat(memory.find("a")).isEqualTo(NO);
        assertThat(memory.find("c")).isEqualTo(YES);
    }

    private Memory memory(Duration ttl, int entries) {
        var config = new ValidatorConfig("http://rules.example.com/", null, ttl, entries, null, null);
        return new Memory(config, now::get);
    }
}
