package dev.tiergate.api;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class QueryTest {

    @ParameterizedTest
    @CsvSource({"cost=1, 1", "cost=1000000000000, 1000000000000", "x=2, 1", "'', 1", "cost=%37&x=1, 7", "cost=007, 7"})
    void units_are_a_whole_number_or_one(String query, long units) {
        assertThat(Query.of(query).units("cost")).hasValue(units);
        assertThat(Query.of(null).units("cost")).hasValue(1);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "cost=0",
                "cost=-1",
                "cost=1000000000001",
                "cost=9999999999999999999",
                "cost=1.5",
                "cost=+1",
                "cost=%201",
                "cost=",
                "cost",
                "cost=x",
                "cost=1&cost=1",
                "cost=%",
                "cost=%zz",
                "cost=1e3",
                "cost=%D9%A1"
            })
    void anything_else_is_no_number_of_units(String query) {
        assertThat(Query.of(query).units("cost")).isEmpty();
    }

    @Test
    void text_is_clear_where_it_stands_once() {
        assertThat(Query.of("category=a%20b&x").text("category")).hasValue("a b");
        assertThat(Query.of("category=a&category=b").isClearAbout("category")).isFalse();
        assertThat(Query.of("x=%zz").isClearAbout("category")).isFalse();
        assertThat(Query.of("x&x").isClearAbout("category")).isTrue();
    }
}
