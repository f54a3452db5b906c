package dev.tiergate.entitlement;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tiergate.entitlement.ModelReader.Reading;
import dev.tiergate.plugin.Reason;
import dev.tiergate.routes.Route.ModelRule;
import dev.tiergate.routes.Route.ModelRule.Place;
import io.vertx.core.buffer.Buffer;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** One name, one reading: what another parser could read differently is refused. */
class ModelReaderTest {

    private static final int MOST = 100;
    private static final String JSON = "application/json";
    private static final String FORM = "application/x-www-form-urlencoded";
    private static final FakeCall EMPTY = FakeCall.of(Fixtures.silver());

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "{\"model\":\"m\"}",
                " { \"a\" : [1,{\"model\":\"x\"}] , \"model\" : \"m\" } ",
                "{\"mod\\u0065l\":\"m\"}",
                "{\"other\":{\"model\":\"x\",\"model\":\"y\"},\"model\":\"\\u006d\"}"
            })
    void a_json_body_names_it(String body) {
        assertNamed(EMPTY.withBody(JSON, body), "m");
    }

    @ParameterizedTest
    @ValueSource(strings = {"{}", "[]", "[{\"model\":\"m\"}]", "{\"model\":null}", "{\"model\":\"\"}", "\"m\"", "3"})
    void a_json_body_that_names_none(String body) {
        assertNone(EMPTY.withBody(JSON, body));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"model\":\"m\",\"model\":\"m\"}",
                "{\"model\":\"m\",\"model\":\"n\"}",
                "{\"model\":\"m\",\"mod\\u0065l\":\"n\"}",
                "{\"model\":\"m\",\"Model\":\"n\"}",
                "{\"MODEL\":\"m\"}",
                "{\"model\":[\"m\"]}",
                "{\"model\":{\"name\":\"m\"}}",
                "{\"model\":1}",
                "{\"model\":true}",
                "{\"model\":\"m\"",
                "{\"model\":\"m\"}{\"model\":\"n\"}",
                "{\"model\":\"m\"} x",
                "{'model':'m'}",
                "{\"model\":\"m\",}",
                "{\"model\":\"m\"/**/}",
                "{\"a\":NaN,\"model\":\"m\"}",
                "\uFEFF{\"model\":\"m\"}",
                "model=m",
                "  "
            })
    void a_json_body_that_can_be_read_in_two_ways_is_refused(String body) {
        assertRefused(EMPTY.withBody(JSON, body), Reason.AMBIGUOUS_BODY);
    }

    @Test
    void a_dotted_name_is_a_path() {
        var reader = reader("options.model", Place.BODY);
        assertThat(read(reader, EMPTY.withBody(JSON, "{\"model\":\"x\",\"options\":{\"a\":1,\"model\":\"m\"}}")))
                .isEqualTo(new Reading.Read(Optional.of("m")));
        assertThat(read(reader, EMPTY.withBody(JSON, "{\"options\":[1]}")))
                .isEqualTo(new Reading.Read(Optional.empty()));
        for (var twice : List.of(
                "{\"options\":{\"model\":\"m\"},\"options\":{}}",
                "{\"options\":{\"model\":\"m\"},\"Options\":{\"model\":\"n\"}}",
                "{\"options\":{\"model\":\"m\",\"model\":\"m\"}}")) {
            assertThat(read(reader, EMPTY.withBody(JSON, twice))).isInstanceOf(Reading.Refused.class);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"model=m", "a=b&model=m&c", "mod%65l=%6D", "model=m&model=M", "a=1;b=2&model=m", "model=m&"})
    void a_form_or_a_query_names_it(String form) {
        assertNamed(EMPTY.withBody(FORM, form), "m");
        assertNamed(EMPTY.withQuery(form), "m");
    }

    @ParameterizedTest
    @ValueSource(strings = {"a=b", "model=", "model", "models=m", "=m", "&&"})
    void a_form_or_a_query_that_names_none(String form) {
        assertNone(EMPTY.withBody(FORM, form));
        assertNone(EMPTY.withQuery(form));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "model=m&model=n",
                "model=m&Model=n",
                "MODEL=m",
                "model[]=m",
                "model%5B%5D=m",
                "+model=m",
                "model%00=m",
                "a=1;model=n",
                "model=m;model=n",
                "model=m;x",
                "model=%zz",
                "model=%e",
                "model=%ff",
                "%ff=m"
            })
    void a_form_or_a_query_that_can_be_read_in_two_ways_is_refused(String form) {
        assertRefused(EMPTY.withBody(FORM, form), Reason.AMBIGUOUS_BODY);
        assertRefused(EMPTY.withQuery(form), Reason.AMBIGUOUS_BODY);
    }

    @Test
    void two_places_have_to_agree() {
        var body = EMPTY.withBody(JSON, "{\"model\":\"m\"}");
        assertNamed(body.withQuery("model=M"), "m");
        assertRefused(body.withQuery("model=n"), Reason.AMBIGUOUS_BODY);
        var three = reader("model", Place.HEADER, Place.BODY, Place.QUERY);
        assertThat(read(three, body.withQuery("model=m").withHeader("Model", "n")))
                .isInstanceOf(Reading.Refused.class);
        assertThat(read(three, body.withHeader("MODEL", "m"))).isEqualTo(new Reading.Read(Optional.of("m")));
    }

    @Test
    void a_header_names_it_once() {
        var reader = reader("X-Model", Place.HEADER);
        assertThat(read(reader, EMPTY.withHeader("x-model", "m"))).isEqualTo(new Reading.Read(Optional.of("m")));
        assertThat(read(reader, EMPTY)).isEqualTo(new Reading.Read(Optional.empty()));
        assertThat(read(reader, EMPTY.withHeader("x-model", "m").withHeader("x-model", "n")))
                .isInstanceOf(Reading.Refused.class);
    }

    @Test
    void only_the_places_that_are_named_are_read() {
        var call = EMPTY.withBody("text/plain", "x").withQuery("model=m");
        assertThat(read(reader("model", Place.QUERY), call)).isEqualTo(new Reading.Read(Optional.of("m")));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "application/json; charset=utf-8",
                "application/json;charset=\"UTF-8\"",
                "APPLICATION/JSON",
                "application/vnd.x+json"
            })
    void these_are_json(String type) {
        assertNamed(EMPTY.withBody(type, "{\"model\":\"m\"}"), "m");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "text/plain",
                "application/xml",
                "application/octet-stream",
                "application/json; charset=utf-16",
                "application/jsonp",
                "json",
                ""
            })
    void a_body_that_is_neither_json_nor_a_form_is_refused(String type) {
        assertRefused(EMPTY.withBody(type, "{\"model\":\"m\"}"), Reason.UNSUPPORTED_ENCODING);
        assertNone(EMPTY.withBody(type, ""));
    }

    @Test
    void a_body_without_a_type_or_with_two_is_refused() {
        var bytes = EMPTY.withBytes(Buffer.buffer("{\"model\":\"m\"}"));
        assertRefused(bytes, Reason.UNSUPPORTED_ENCODING);
        assertRefused(
                bytes.withHeader("Content-Type", JSON).withHeader("Content-Type", FORM), Reason.UNSUPPORTED_ENCODING);
    }

    @Test
    void multipart_is_refused() {
        assertRefused(EMPTY.withBody("multipart/form-data; boundary=b", "--b"), Reason.AMBIGUOUS_BODY);
    }

    @ParameterizedTest
    @ValueSource(strings = {"gzip", "br", "identity, gzip", "x"})
    void an_encoded_body_is_refused(String encoding) {
        assertRefused(
                EMPTY.withBody(JSON, "{\"model\":\"m\"}").withHeader("Content-Encoding", encoding),
                Reason.UNSUPPORTED_ENCODING);
    }

    @Test
    void an_encoding_in_a_second_header_is_seen() {
        assertRefused(
                EMPTY.withBody(JSON, "{\"model\":\"m\"}")
                        .withHeader("Content-Encoding", "identity")
                        .withHeader("Content-Encoding", "gzip"),
                Reason.UNSUPPORTED_ENCODING);
    }

    @Test
    void identity_is_no_encoding() {
        assertNamed(EMPTY.withBody(JSON, "{\"model\":\"m\"}").withHeader("Content-Encoding", "Identity"), "m");
    }

    @Test
    void a_body_that_is_not_utf8_is_refused() {
        var json = EMPTY.withHeader("Content-Type", JSON);
        var bytes = Buffer.buffer("{\"a\":\"").appendByte((byte) 0xC0).appendByte((byte) 0x80);
        assertRefused(json.withBytes(bytes.appendString("\",\"model\":\"m\"}")), Reason.AMBIGUOUS_BODY);
        assertRefused(json.withBytes(Buffer.buffer("{\"model\":\"m\"}", "UTF-16LE")), Reason.AMBIGUOUS_BODY);
    }

    @Test
    void a_body_at_the_bound_is_read_and_one_byte_more_is_refused() {
        var frame = "{\"model\":\"m\",\"a\":\"\"}";
        var fits = "{\"model\":\"m\",\"a\":\"" + "x".repeat(MOST - frame.length()) + "\"}";
        assertNamed(EMPTY.withBody(JSON, fits), "m");
        assertRefused(EMPTY.withBody(JSON, fits + " "), Reason.BODY_TOO_LARGE);
        assertRefused(EMPTY.withBody("text/plain", fits + " "), Reason.UNSUPPORTED_ENCODING);
    }

    @Test
    void json_that_is_nested_without_end_is_refused() {
        var deep = new ModelReaderAt(1 << 20);
        assertThat(deep.read(EMPTY.withBody(JSON, "{\"a\":" + "[".repeat(100_000))))
                .isInstanceOf(Reading.Refused.class);
        assertThat(deep.read(EMPTY.withBody(JSON, "[".repeat(500) + "]".repeat(500))))
                .isInstanceOf(Reading.Read.class);
    }

    private record ModelReaderAt(int bytes) {
        Reading read(FakeCall call) {
            var rule = new ModelRule(List.of(Place.BODY), "model", null, false, null);
            return ModelReaderTest.read(Objects.requireNonNull(ModelReader.of(rule, bytes)), call);
        }
    }

    private static ModelReader reader(String name, Place... places) {
        return Objects.requireNonNull(ModelReader.of(new ModelRule(List.of(places), name, null, false, null), MOST));
    }

    private static Reading read(ModelReader reader, FakeCall call) {
        return reader.read(call).result();
    }

    private static Reading read(FakeCall call) {
        return read(reader("model", Place.BODY, Place.QUERY), call);
    }

    private static void assertNamed(FakeCall call, String name) {
        assertThat(read(call)).isEqualTo(new Reading.Read(Optional.of(name)));
    }

    private static void assertNone(FakeCall call) {
        assertThat(read(call)).isEqualTo(new Reading.Read(Optional.empty()));
    }

    private static void assertRefused(FakeCall call, Reason reason) {
        assertThat(read(call))
                .isInstanceOfSatisfying(
                        Reading.Refused.class,
                        refused -> assertThat(refused.reason()).isEqualTo(reason));
    }
}
