package dev.tiergate.edge;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tiergate.edge.Reading.Read;
import java.net.URLDecoder;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tuple;

class PathReaderPropertyTest {

    private static final String HOST = "127.0.0.1";

    /** Targets made of the pieces that parsers differ about. */
    @Provide
    Arbitrary<String> targets() {
        Arbitrary<String> pieces = Arbitraries.of(
                "/",
                "/",
                "/",
                "a",
                "B",
                "%61",
                "%c3%a9",
                "%C3",
                "%A9",
                "%2e",
                ".",
                "..",
                ";",
                "%3b",
                "%2F",
                "%5c",
                "\\",
                "%",
                "%25",
                "%20",
                "%C2%A0",
                "%e3%80%80",
                "%00",
                "%7f",
                "%zz",
                "?",
                "#",
                "x=1",
                ";.",
                "%2F..",
                "~",
                "%7E",
                "*",
                " ",
                "\t",
                "\u00ff",
                "http://127.0.0.1",
                "%40",
                "@",
                ":",
                "[",
                "%5B");
        Arbitrary<String> bytes =
                Arbitraries.chars().range((char) 0, (char) 0xff).map(String::valueOf);
        Arbitrary<String> escapes =
                Arbitraries.integers().between(0, 255).map(octet -> String.format(Locale.ROOT, "%%%02x", octet));
        return Arbitraries.frequencyOf(Tuple.of(8, pieces), Tuple.of(1, bytes), Tuple.of(2, escapes))
                .list()
                .ofMaxSize(24)
                .map(parts -> "/" + String.join("", parts));
    }

    @Property(tries = 200_000)
    void reading_is_idempotent(@ForAll("targets") String target) {
        if (PathReader.read(target, HOST) instanceof Read read) {
            assertThat(PathReader.read(read.target(), null)).isEqualTo(read);
        }
    }

    @Property(tries = 200_000)
    void what_passes_has_one_reading(@ForAll("targets") String target) throws CharacterCodingException {
        if (PathReader.read(target, HOST) instanceof Read read) {
            String value = read.path().value();
            assertThat(value).startsWith("/").doesNotStartWith("//").doesNotContain("\\", "#", "?");
            assertThat(value.chars()).allMatch(c -> c > 0x20 && c < 0x7f);
            assertThat(read.path().segments()).doesNotContain("", ".", "..");
            String decoded = decode(value);
            assertThat(decoded.chars()).noneMatch(Character::isISOControl);
            assertThat(decoded.indexOf('\\')).isNegative();
            for (String segment : decoded.split("/", -1)) {
                assertThat(segment.split(";", -1)[0].strip()).isNotIn(".", "..");
            }
        }
    }

    @Property(tries = 50_000)
    void a_path_without_quirks_decodes_to_as_many_segments_as_it_has(@ForAll("targets") String target)
            throws CharacterCodingException {
        if (PathReader.read(target, HOST) instanceof Read read
                && read.path().quirks().isEmpty()) {
            String decoded = decode(read.path().value());
            assertThat(decoded).doesNotContain("//", ";", "%");
            long slashes = decoded.chars().filter(c -> c == '/').count();
            assertThat(read.path().segments()).hasSize((int) slashes - (decoded.endsWith("/") ? 1 : 0));
        }
    }

    private static String decode(String path) throws CharacterCodingException {
        byte[] octets = URLDecoder.decode(path.replace("+", "%2B"), StandardCharsets.ISO_8859_1)
                .getBytes(StandardCharsets.ISO_8859_1);
        return StandardCharsets.UTF_8
                .newDecoder()
                .decode(ByteBuffer.wrap(octets))
                .toString();
    }
}
