package dev.tiergate.edge;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AcceptTest {

    @ParameterizedTest
    @ValueSource(
            strings = {
                "text/html",
                "TEXT/HTML;Level=1",
                "text/*",
                "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8",
                "application/json;q=0.9, text/html;q=0.901",
                "text/html;q=0.5, application/json;q=0",
                "*/*, application/json;q=0.9, application/problem+json;q=0.9",
                "text/html, application/json;q=2"
            })
    void html_is_preferred(String accept) {
        assertThat(Accept.prefersHtml(accept)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "*/*",
                "application/json",
                "application/problem+json, text/html;q=0.9",
                "text/html, application/json",
                "text/html;q=0.9, application/*",
                "text/html;q=0",
                "text/html;q=NaN",
                "text/html;q=1.001",
                "text/plain",
                "text/html;q=0.5, */*"
            })
    void json_is_preferred(String accept) {
        assertThat(Accept.prefersHtml(accept)).isFalse();
    }

    @Test
    void without_a_header_it_is_json() {
        assertThat(Accept.prefersHtml(null)).isFalse();
    }
}
