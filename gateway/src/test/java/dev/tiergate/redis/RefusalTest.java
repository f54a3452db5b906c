package dev.tiergate.redis;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tiergate.redis.Refusal.What;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RefusalTest {

    private static final RedisServer ASKED = new RedisServer("asked", 1);

    @ParameterizedTest
    @CsvSource({
        "MOVED 3999 127.0.0.1:6381, MOVED, 127.0.0.1, 6381",
        "ASK 3999 127.0.0.1:6381, ASK, 127.0.0.1, 6381",
        "MOVED 3999 ::1:6381, MOVED, ::1, 6381",
        "MOVED 3999 redis.example:6381, MOVED, redis.example, 6381",
        "MOVED 3999 :6381, MOVED, asked, 6381",
    })
    void another_server_is_named(String error, What what, String host, int port) {
        assertThat(Refusal.of(error, ASKED)).contains(new Refusal(what, new RedisServer(host, port)));
    }

    @ParameterizedTest
    @CsvSource({
        "CLUSTERDOWN The cluster is down, NO_MASTER",
        "TRYAGAIN Multiple keys request during rehashing of slot, LATER",
        "LOADING Redis is loading the dataset in memory, LATER",
        "READONLY You can't write against a read only replica., NO_MASTER",
        "MASTERDOWN Link with MASTER is down, NO_MASTER",
        "NOSCRIPT No matching script. Please use EVAL., NO_SCRIPT",
        "OOM command not allowed when used memory > 'maxmemory'., NO",
        "BUSY, NO",
    })
    void the_command_was_not_carried_out(String error, What what) {
        assertThat(Refusal.of(error, ASKED)).contains(new Refusal(what, null));
    }

    @Test
    void of_other_errors_that_is_not_known() {
        assertThat(Refusal.of("ERR Error running script", ASKED)).isEmpty();
        assertThat(Refusal.of("MOVED nowhere", ASKED)).isEmpty();
        assertThat(Refusal.of("", ASKED)).isEmpty();
    }
}
