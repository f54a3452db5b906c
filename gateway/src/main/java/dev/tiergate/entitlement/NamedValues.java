package dev.tiergate.entitlement;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Reads one name out of a form or a JSON document, and refuses what another parser could read differently. Pure. */
final class NamedValues {

    /** Strict RFC 8259: no comments, no single quotes, no NaN. Keeps no table of names, for they are the client's. */
    private static final JsonFactory JSON = JsonFactory.builder()
            .disable(JsonFactory.Feature.CANONICALIZE_FIELD_NAMES)
            .disable(JsonFactory.Feature.INTERN_FIELD_NAMES)
            .build();

    private NamedValues() {}

    /** Two parsers could differ; the message is for the client. */
    static final class AmbiguousException extends Exception {
        private static final long serialVersionUID = 1L;

        AmbiguousException(String message) {
            super(message, null, false, false);
        }
    }

    /** The one value, however often it is given; values are compared without case. */
    static Optional<String> onlyOne(List<String> values) throws AmbiguousException {
        for (var value : values) {
            if (!value.equalsIgnoreCase(values.get(0))) {
                throw new AmbiguousException("The model is named twice, and not the same");
            }
        }
        return values.stream().findFirst();
    }

    static String utf8(byte[] bytes) throws AmbiguousException {
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .onMalformedInput(CodingErrorAction.REPORT)
                    .onUnmappableCharacter(CodingErrorAction.REPORT)
                    .decode(ByteBuffer.wrap(bytes))
                    .toString();
        } catch (CharacterCodingException e) {
            throw new AmbiguousException("The body is not valid UTF-8");
        }
    }

    /**
     * The values of a parameter, those that are not empty.
     *
     * @param form {@code a=1&b=2}; null for none
     */
    static List<String> inForm(@Nullable String form, String name) throws AmbiguousException {
        if (form == null || form.isEmpty()) {
            return List.of();
        }
        var values = split(form, "&", name);
        // Some parsers take a semicolon for a separator, too.
        if (form.indexOf(';') >= 0 && !values.equals(split(form, "[&;]", name))) {
            throw new AmbiguousException("A semicolon beside '" + name + "' can be read in two ways");
        }
        return values;
    }

    private static List<String> split(String form, String separator, String name) throws AmbiguousException {
        var values = new ArrayList<String>();
        for (var pair : form.split(separator)) {
            int equals = pair.indexOf('=');
            var key = decode(equals < 0 ? pair : pair.substring(0, equals));
            if (isExactly(key, name) && equals >= 0) {
                var value = decode(pair.substring(equals + 1));
                if (!value.isEmpty()) {
                    values.add(value);
                }
            }
        }
        return values;
    }

    /** Parsers differ about the case of a name, about white space around it, and about {@code name[]}. */
    private static boolean isExactly(String key, String name) throws AmbiguousException {
        if (key.equals(name)) {
            return true;
        }
        int end = key.length();
        for (char mark : new char[] {'[', '\0'}) {
            int at = key.indexOf(mark);
            end = at < 0 ? end : Math.min(end, at);
        }
        if (key.substring(0, end).strip().equalsIgnoreCase(name)) {
            throw new AmbiguousException("'" + name + "' is spelt in a way that can be read in two ways");
        }
        return false;
    }

    private static String decode(String text) throws AmbiguousException {
        if (text.indexOf('%') < 0 && text.indexOf('+') < 0) {
            return text;
        }
        var raw = text.replace('+', ' ').getBytes(StandardCharsets.UTF_8);
        var decoded = ByteBuffer.allocate(raw.length);
        for (int i = 0; i < raw.length; i++) {
            if (raw[i] == '%') {
                decoded.put(escaped(raw, i));
                i += 2;
            } else {
                decoded.put(raw[i]);
            }
        }
        return utf8(Arrays.copyOf(decoded.array(), decoded.position()));
    }

    private static byte escaped(byte[] raw, int at) throws AmbiguousException {
        int high = at + 2 < raw.length ? Character.digit(raw[at + 1], 16) : -1;
        int low = at + 2 < raw.length ? Character.digit(raw[at + 2], 16) : -1;
        if (high < 0 || low < 0) {
            throw new AmbiguousException("An escape in the form or the query is not valid");
        }
        return (byte) (high << 4 | low);
    }

    /**
     * The string at a path; empty where a part of it is absent or null, or the string is empty.
     *
     * @param path names joined by dots, one a level
     */
    static Optional<String> inJson(String document, String path) throws AmbiguousException {
        try (var parser = JSON.createParser(document)) {
            if (parser.nextToken() == null) {
                throw new AmbiguousException("The body is not valid JSON");
            }
            var value = descend(parser, path.split("\\."), 0);
            if (parser.nextToken() != null) {
                throw new AmbiguousException("The body holds more than one JSON document");
            }
            return value == null || value.isEmpty() ? Optional.empty() : Optional.of(value);
        } catch (IOException e) {
            throw new AmbiguousException("The body is not valid JSON");
        }
    }

    /** Leaves the parser at the end of the value that it stands on. */
    private static @Nullable String descend(JsonParser parser, String[] path, int depth)
            throws IOException, AmbiguousException {
        if (depth == path.length) {
            return text(parser, path[depth - 1]);
        }
        if (parser.currentToken() != JsonToken.START_OBJECT) {
            parser.skipChildren();
            return null;
        }
        String found = null;
        boolean seen = false;
        while (parser.nextToken() != JsonToken.END_OBJECT) {
            var member = parser.currentName();
            parser.nextToken();
            if (!member.equalsIgnoreCase(path[depth])) {
                parser.skipChildren();
            } else if (seen || !member.equals(path[depth])) {
                throw new AmbiguousException("'" + path[depth] + "' stands in the JSON twice, or in another case");
            } else {
                seen = true;
                found = descend(parser, path, depth + 1);
            }
        }
        return found;
    }

    private static @Nullable String text(JsonParser parser, String member) throws IOException, AmbiguousException {
        return switch (parser.currentToken()) {
            case VALUE_STRING -> parser.getText();
            case VALUE_NULL -> null;
            default -> throw new AmbiguousException("'" + member + "' has to be a string");
        };
    }
}
