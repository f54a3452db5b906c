package dev.tiergate.edge;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** The tables of request targets under {@code path-cases}. */
final class PathCases {

    private static final Pattern ESCAPE = Pattern.compile("\\\\(\\\\|t|x([0-9a-f]{2}))");

    private PathCases() {}

    /** @param serves backends that serve the gated resource for this target; a hyphen for none */
    record Bypass(String number, String target, String must, String serves, String source) {

        boolean served() {
            return !serves.equals("-");
        }

        @Override
        public String toString() {
            return "A" + number + " " + must + " " + target;
        }
    }

    /** @param what FORWARD, or the name of the quirk that its route must allow */
    record Legitimate(String number, String target, String canonical, String what) {

        @Override
        public String toString() {
            return number + " " + what + " " + target;
        }
    }

    static Stream<Bypass> bypass() {
        return rows("bypass.tsv")
                .map(row -> new Bypass(row.get(0), unescape(row.get(1)), row.get(2), row.get(3), row.get(4)));
    }

    static Stream<Legitimate> legitimate() {
        return rows("legitimate.tsv").map(row -> new Legitimate(row.get(0), row.get(1), row.get(2), row.get(3)));
    }

    private static Stream<List<String>> rows(String file) {
        try (InputStream in = PathCases.class.getResourceAsStream("/path-cases/" + file)) {
            String text = new String(Objects.requireNonNull(in).readAllBytes(), UTF_8);
            return text.lines().filter(line -> !line.startsWith("#")).map(line -> List.of(line.split("\t")));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String unescape(String text) {
        return ESCAPE.matcher(text).replaceAll(found -> Matcher.quoteReplacement(unescaped(found.group(1))));
    }

    private static String unescaped(String escape) {
        return switch (escape.charAt(0)) {
            case 't' -> "\t";
            case 'x' -> String.valueOf((char) Integer.parseInt(escape.substring(1), 16));
            default -> escape;
        };
    }
}
