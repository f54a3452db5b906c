package dev.tiergate.plugin.validator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonObject;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AnswerTest {

    @Test
    void yes_and_no_are_enough() {
        assertThat(read("{\"allow\":true}")).isEqualTo(new Answer(true, null, null));
        assertThat(read("{\"allow\":false}")).isEqualTo(new Answer(false, null, null));
    }

    @Test
    void a_no_may_say_why() {
        assertThat(read("{\"allow\":false,\"reason\":\"credit_hold\",\"message\":\"Overdue\",\"more\":[1]}"))
                .isEqualTo(new Answer(false, "credit_hold", "Overdue"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "{",
                "[]",
                "true",
                "{}",
                "{\"allow\":null}",
                "{\"allow\":\"true\"}",
                "{\"allow\":1}",
                "{\"Allow\":true}",
                "\u00ff"
            })
    void what_says_neither_is_a_fault(String body) {
        assertThatThrownBy(() -> read(body)).isInstanceOf(ServiceException.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"\"Credit\"", "\"credit-hold\"", "\"\"", "7", "null", "{}", "\"1st\""})
    void a_reason_that_is_no_word_is_left_out_and_the_no_stays(String reason) {
        assertThat(read("{\"allow\":false,\"reason\":" + reason + "}")).isEqualTo(new Answer(false, null, null));
    }

    @Test
    void a_reason_has_64_characters_at_most() {
        assertThat(denied("a".repeat(64), "").reason()).isEqualTo("a".repeat(64));
        assertThat(denied("a".repeat(65), "").reason()).isNull();
    }

    @Test
    void a_message_is_cut_at_300_characters_and_never_within_one() {
        assertThat(denied("x", "m".repeat(300)).message()).isEqualTo("m".repeat(300));
        assertThat(denied("x", "m".repeat(301)).message()).isEqualTo("m".repeat(300));
        assertThat(denied("x", "m".repeat(299) + "\ud83d\ude00").message()).isEqualTo("m".repeat(299));
    }

    @Test
    void a_message_is_one_line_of_text() {
        assertThat(denied("x", " two\r\nlines\u0007 ").message()).isEqualTo("two  lines");
        assertThat(denied("x", " \n ").message()).isNull();
        assertThat(read("{\"allow\":false,\"message\":7}").message()).isNull();
    }

    private static Answer denied(String reason, String message) {
        return read(new JsonObject()
                .put("allow", false)
                .put("reason", reason)
                .put("message", message)
                .encode());
    }

    private static Answer read(String body) {
        return Answer.of(Buffer.buffer(body));
    }
}
