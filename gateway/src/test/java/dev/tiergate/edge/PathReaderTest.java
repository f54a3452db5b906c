package dev.tiergate.edge;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tiergate.edge.Reading.Cause;
import dev.tiergate.edge.Reading.Read;
import dev.tiergate.edge.Reading.Refused;
import dev.tiergate.plugin.Reason;
import dev.tiergate.routes.PathQuirk;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class PathReaderTest {

    private static final String HOST = "127.0.0.1";
    private static final List<String> GATED = List.of("api", "reports", "advanced");

    static Stream<PathCases.Bypass> bypass() {
        return PathCases.bypass();
    }

    static Stream<PathCases.Legitimate> legitimate() {
        return PathCases.legitimate();
    }

    @Test
    void both_tables_are_whole() {
        assertThat(PathCases.bypass()).hasSize(141);
        assertThat(PathCases.legitimate()).hasSize(40);
    }

    @ParameterizedTest
    @MethodSource("bypass")
    void no_known_target_leads_around_the_gate(PathCases.Bypass target) {
        Reading reading = PathReader.read(target.target(), HOST);
        boolean refused =
                !(reading instanceof Read read) || !read.path().quirks().isEmpty();
        switch (target.must()) {
            case "REJECT" -> assertThat(refused).isTrue();
            case "GATE" -> assertThat(refused || gated(reading)).isTrue();
            default -> assertThat(refused || gated(reading) || !target.served()).isTrue();
        }
    }

    /** An encoded slash is the exception: only the one who allows it knows how the backend reads it. */
    @ParameterizedTest
    @MethodSource("bypass")
    void what_a_wide_route_allows_does_not_lead_around_a_narrow_one(PathCases.Bypass target) {
        if (PathReader.read(target.target(), HOST) instanceof Read read
                && target.served()
                && !read.path().quirks().contains(PathQuirk.ENCODED_SLASH)) {
            assertThat(gated(read)).isTrue();
        }
    }

    @ParameterizedTest
    @MethodSource("legitimate")
    void legitimate_targets_pass_in_canonical_form(PathCases.Legitimate target) {
        Read read = read(target.target());
        assertThat(read.target()).isEqualTo(target.canonical());
        Set<PathQuirk> quirks = target.what().equals("FORWARD") ? Set.of() : Set.of(PathQuirk.valueOf(target.what()));
        assertThat(read.path().quirks()).isEqualTo(quirks);
        assertThat(read.notAllowed(quirks)).isNull();
    }

    @ParameterizedTest
    @CsvSource({
        "/a%2Fb, ENCODED_SLASH",
        "/a%25b, ENCODED_PERCENT",
        "/a;b, PATH_PARAMETERS",
        "/a%3Bb, PATH_PARAMETERS",
        "/a//b, EMPTY_SEGMENT",
        "/a/%20b, SEGMENT_SPACES",
        "/a/b%C2%A0, SEGMENT_SPACES",
        "/a/b%E3%80%80/c, SEGMENT_SPACES",
        "/a/%EF%BB%BFb, SEGMENT_SPACES",
    })
    void a_quirk_is_refused_where_the_route_does_not_allow_it(String target, Cause cause) {
        assertThat(read(target).notAllowed(Set.of())).isEqualTo(cause);
    }

    @ParameterizedTest
    @CsvSource({
        "'', NOT_A_PATH",
        "a, NOT_A_PATH",
        "*, NOT_A_PATH",
        "ftp://127.0.0.1/a, NOT_A_PATH",
        "//a, NETWORK_PATH",
        "http://127.0.0.1//a, NETWORK_PATH",
        "http://a@127.0.0.1/, USER_INFO",
        "http://other/, OTHER_HOST",
        "http:///a, OTHER_HOST",
        "http://127.0.0.1:0/a, OTHER_HOST",
        "http://127.0.0.1:65536/a, OTHER_HOST",
        "/a b, FORBIDDEN_CHARACTER",
        "/a|b, FORBIDDEN_CHARACTER",
        "/a#b, FORBIDDEN_CHARACTER",
        "/a\\b, FORBIDDEN_CHARACTER",
        "/\u007f, NON_ASCII",
        "/\u00e9, NON_ASCII",
        "/%, BAD_ESCAPE",
        "/%4, BAD_ESCAPE",
        "/%4g, BAD_ESCAPE",
        "/%u0041, BAD_ESCAPE",
        "/%C3%4, BAD_ESCAPE",
        "/%80, INVALID_UTF8",
        "/%C0%AF, INVALID_UTF8",
        "/%C3, INVALID_UTF8",
        "/%C3a, INVALID_UTF8",
        "/%E0%80%AF, INVALID_UTF8",
        "/%ED%A0%80, INVALID_UTF8",
        "/%F4%90%80%80, INVALID_UTF8",
        "/%F5%80%80%80, INVALID_UTF8",
        "/%00, ENCODED_CONTROL",
        "/%1f, ENCODED_CONTROL",
        "/%7F, ENCODED_CONTROL",
        "/%C2%85, ENCODED_CONTROL",
        "/%5c, ENCODED_BACKSLASH",
        "/a%2ejson, ENCODED_DOT",
        "/%3f, ENCODED_DELIMITER",
        "/%23, ENCODED_DELIMITER",
        "/., DOT_SEGMENT",
        "/a/../b, DOT_SEGMENT",
        "/a/..;v=1/b, DOT_SEGMENT",
        "/a/..%3Bv/b, DOT_SEGMENT",
        "/a/..%2Fb, DOT_SEGMENT",
        "/a/b%2F./c, DOT_SEGMENT",
        "/a/..%20/b, DOT_SEGMENT",
        "/a/%20..;x/b, DOT_SEGMENT",
        "/?a#b, QUERY_CHARACTER",
        "/?a b, QUERY_CHARACTER",
        "/?\u0080, QUERY_CHARACTER",
    })
    void each_cause_of_refusal_is_told(String target, Cause cause) {
        assertThat(PathReader.read(target, HOST)).isEqualTo(new Refused(cause));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/%F4%8F%BF%BF",
                "/%ED%9F%BF",
                "/%EE%80%80",
                "/%E0%A0%80",
                "/%F0%90%80%80",
                "/%C2%A1",
                "/~",
                "/%C2%A0a%C2%A1"
            })
    void characters_at_the_ends_of_their_ranges_pass(String target) {
        assertThat(read(target).path().value()).isEqualTo(target);
    }

    @Test
    void unreserved_characters_are_decoded_and_hex_is_in_capitals() {
        assertThat(read("/%61%7e%2D%c3%a9%5b").path().value()).isEqualTo("/a~-%C3%A9%5B");
    }

    @Test
    void segments_are_folded_and_the_value_is_not() {
        Read read = read("/Api/%41bc%C3%89/");
        assertThat(read.path().value()).isEqualTo("/Api/Abc%C3%89/");
        assertThat(read.path().segments()).containsExactly("api", "abc%c3%89");
        assertThat(read.path().trailingSlash()).isTrue();
    }

    @Test
    void segments_are_read_as_by_a_backend_that_ignores_quirks() {
        assertThat(read("/a;x=1//%20B%20;y/%3B/c/").path().segments()).containsExactly("a", "b", "c");
        assertThat(read("/a;x=1//%20B%20;y/%3B/c/").path().quirks())
                .containsExactlyInAnyOrder(
                        PathQuirk.PATH_PARAMETERS, PathQuirk.EMPTY_SEGMENTS, PathQuirk.SEGMENT_SPACES);
    }

    @Test
    void the_root_has_no_segment_and_no_trailing_slash() {
        assertThat(read("/").path().segments()).isEmpty();
        assertThat(read("/").path().trailingSlash()).isFalse();
    }

    @Test
    void the_query_is_untouched_and_an_empty_one_stays() {
        assertThat(read("/a?x=%zz&y=%2e%2e//;\\|?\"").query()).isEqualTo("x=%zz&y=%2e%2e//;\\|?\"");
        assertThat(read("/a?").target()).isEqualTo("/a?");
        assertThat(read("/a").query()).isNull();
    }

    @ParameterizedTest
    @CsvSource({
        "http://127.0.0.1/a?b, /a?b",
        "HTTPS://127.0.0.1:8080/a, /a",
        "http://127.0.0.1, /",
        "http://127.0.0.1?b, /?b",
    })
    void an_absolute_target_for_the_same_host_is_read_in_origin_form(String target, String canonical) {
        assertThat(read(target).target()).isEqualTo(canonical);
    }

    @Test
    void without_a_host_there_is_no_absolute_form() {
        assertThat(PathReader.read("http://127.0.0.1/a", null)).isEqualTo(new Refused(Cause.OTHER_HOST));
    }

    @Test
    void a_target_at_the_bound_passes_and_one_over_is_too_long() {
        String atBound = "/" + "a".repeat(PathReader.MAX_TARGET - 1);
        assertThat(read(atBound).path().value()).isEqualTo(atBound);
        Reading over = PathReader.read(atBound + "a", HOST);
        assertThat(over).isEqualTo(new Refused(Cause.TOO_LONG));
        assertThat(Cause.TOO_LONG.refusal().reason()).isEqualTo(Reason.TARGET_TOO_LONG);
        assertThat(Cause.DOT_SEGMENT.refusal().reason()).isEqualTo(Reason.AMBIGUOUS_PATH);
    }

    @Test
    void a_plain_path_is_its_own_canonical_form() {
        String target = "/api/v1/items";
        assertThat(read(target).path().value()).isSameAs(target);
    }

    private static Read read(String target) {
        Reading reading = PathReader.read(target, HOST);
        assertThat(reading).isInstanceOf(Read.class);
        return (Read) reading;
    }

    private static boolean gated(Reading reading) {
        if (reading instanceof Read read) {
            List<String> segments = read.path().segments();
            return segments.size() >= GATED.size()
                    && segments.subList(0, GATED.size()).equals(GATED);
        }
        return false;
    }
}
