package dev.tiergate.upstream;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class KeepAliveTest {

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "timeout=5            | 4",
                "timeout=4            | 3",
                "timeout=2            | 1",
                "timeout=1            | 1",
                "timeout=0            | 1",
                "timeout=60           | 4",
                "timeout=99999999999  | 4",
                "max=100              | 4",
                "max=100, Timeout = 3 | 2",
                "timeout=\"3\", max=9 | 2",
                "timeout=soon         | 4",
                "mytimeout=2          | 4",
            })
    void a_connection_is_given_up_before_its_backend_closes_it(String told, int seconds) {
        assertThat(KeepAlive.seconds(told)).isEqualTo(seconds);
    }
}
