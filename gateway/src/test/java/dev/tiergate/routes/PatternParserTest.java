package dev.tiergate.routes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.tiergate.routes.PathPattern.Segment;
import java.util.EnumSet;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PatternParserTest {

    private static PathPattern parse(String text, PathQuirk... quirks) {
        Set<PathQuirk> all = EnumSet.noneOf(PathQuirk.class);
        all.addAll(Set.of(quirks));
        return PatternParser.parse(text, all);
    }

    @Test
    void segments_are_literals_names_stars_and_a_rest() {
        assertThat(parse("/api/{order-id}/*/**").segments())
                .containsExactly(
                        new Segment.Literal("api"),
                        new Segment.Any("order-id"),
                        new Segment.Any("*"),
                        new Segment.Rest());
        assertThat(parse("/").segments()).isEmpty();
        assertThat(parse("/a/").segments()).containsExactly(new Segment.Literal("a"));
    }

    @ParameterizedTest
    @CsvSource({
        "/%7Euser, ~user",
        "/%61%2d%5f, a-_",
        "/r%c3%a9sum%C3%A9, r%C3%A9sum%C3%A9",
        "/a%20b, a%20b",
        "/%40, %40",
        "/a:b@c, a:b@c",
        "/..b, ..b",
        "/..., ...",
        "/%2A, %2A",
        "/[1], [1]"
    })
    void literals_become_canonical(String text, String literal) {
        assertThat(parse(text).segments()).containsExactly(new Segment.Literal(literal));
    }

    @ParameterizedTest
    @CsvSource({
        "/a%2fb, ENCODED_SLASH, a%2Fb",
        "/100%25, ENCODED_PERCENT, 100%25",
        "/a;v=1, PATH_PARAMETERS, a;v=1",
        "/a%3bv, PATH_PARAMETERS, a%3Bv",
        "/a%20, SEGMENT_SPACES, a%20",
        "/%C2%A0a, SEGMENT_SPACES, %C2%A0a"
    })
    void what_the_route_allows_may_stand_in_its_path(String text, PathQuirk quirk, String literal) {
        assertThat(parse(text, quirk).segments()).containsExactly(new Segment.Literal(literal));
        assertThatIllegalArgumentException().isThrownBy(() -> parse(text)).withMessageContaining("allow: [ ");
    }

    @Test
    void empty_segments_stand_where_they_are_allowed() {
        assertThat(parse("/a//b", PathQuirk.EMPTY_SEGMENTS).segments())
                .containsExactly(new Segment.Literal("a"), new Segment.Literal(""), new Segment.Literal("b"));
    }
}
