package dev.tiergate.plugin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ReasonTest {

    @Test
    void a_plugins_own_is_a_403_with_a_code_in_snake_case() {
        assertThat(Reason.forbidden("deposit_missing_2")).isEqualTo(new Reason("deposit_missing_2", 403));
    }

    @Test
    void a_code_has_up_to_64_characters() {
        var longest = "a".repeat(64);
        assertThat(Reason.forbidden(longest).code()).isEqualTo(longest);
        assertThatThrownBy(() -> Reason.forbidden(longest + "a")).isInstanceOf(IllegalArgumentException.class);
    }

    @ParameterizedTest
    @CsvSource({"deposit-missing, 403", "Deposit, 403", "2_many, 403", "'', 403", "fine, 399", "fine, 600", "fine, 200"
    })
    void no_other_code_or_status_is_a_reason(String code, int status) {
        assertThatThrownBy(() -> new Reason(code, status))
                .hasMessage("'" + code + "' with status " + status + " is no reason to refuse");
    }

    @ParameterizedTest
    @CsvSource({"400", "599"})
    void every_status_of_a_refusal_is_one(int status) {
        assertThat(new Reason("fine", status).status()).isEqualTo(status);
    }
}
