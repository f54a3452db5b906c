package dev.tiergate.identity;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * JSON that no two parsers could read differently: strict UTF-8 without a byte order mark, one object and nothing after it,
 * no member twice, no lone surrogate, nesting and numbers bounded. Values are String, Long, BigInteger, Double, Boolean,
 * unmodifiable List and Map.
 */
final class StrictJson {

    /** What a null member is read as. */
    enum Nulls {
        /** The member counts as absent, as a claim without a value says nothing. */
        ABSENT,
        /** The document is refused. */
        REFUSED
    }

    private static final int MAX_NESTING = 32;
    /** Longer than any Long or date; a million digits would cost the event loop seconds. */
    private static final int MAX_NUMBER_LENGTH = 40;

    private static final char BYTE_ORDER_MARK = '\uFEFF';

    // Names come from strangers: none of them is kept in a table that lives on.
    private static final JsonFactory JSON = JsonFactory.builder()
            .disable(JsonFactory.Feature.CANONICALIZE_FIELD_NAMES)
            .disable(JsonFactory.Feature.INTERN_FIELD_NAMES)
            .streamReadConstraints(StreamReadConstraints.builder()
                    .maxNestingDepth(MAX_NESTING)
                    .maxNumberLength(MAX_NUMBER_LENGTH)
                    .build())
            .build();

    private final JsonParser parser;
    private final Nulls nulls;

    private StrictJson(JsonParser parser, Nulls nulls) {
        this.parser = parser;
        this.nulls = nulls;
    }

    /** Empty for everything that is not exactly one well-formed object. */
    static Optional<Map<String, Object>> object(byte[] utf8, Nulls nulls) {
        try {
            CharBuffer text = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(utf8));
            if (text.isEmpty() || text.get(0) == BYTE_ORDER_MARK) {
                return Optional.empty();
            }
            try (JsonParser parser = JSON.createParser(text.array(), text.arrayOffset(), text.length())) {
                return new StrictJson(parser, nulls).document();
            }
        } catch (CharacterCodingException e) {
            return Optional.empty();
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    private Optional<Map<String, Object>> document() throws IOException {
        if (parser.nextToken() != JsonToken.START_OBJECT) {
            return Optional.empty();
        }
        Map<String, Object> members = members();
        return members != null && parser.nextToken() == null ? Optional.of(members) : Optional.empty();
    }

    /** Null where the object cannot be taken. */
    private @Nullable Map<String, Object> members() throws IOException {
        Map<String, @Nullable Object> members = new LinkedHashMap<>();
        while (parser.nextToken() != JsonToken.END_OBJECT) {
            String name = parser.currentName();
            JsonToken token = parser.nextToken();
            Object value = token == JsonToken.VALUE_NULL ? null : value(token);
            boolean bad = token == JsonToken.VALUE_NULL ? nulls == Nulls.REFUSED : value == null;
            // Null members are kept until the end, so that a name that comes again is seen.
            if (bad || !wellFormed(name) || members.containsKey(name)) {
                return null;
            }
            members.put(name, value);
        }
        return present(members);
    }

    private static Map<String, Object> present(Map<String, @Nullable Object> members) {
        Map<String, Object> present = new LinkedHashMap<>();
        members.forEach((name, value) -> {
            if (value != null) {
                present.put(name, value);
            }
        });
        return Collections.unmodifiableMap(present);
    }

    private @Nullable List<Object> elements() throws IOException {
        List<Object> elements = new ArrayList<>();
        JsonToken token;
        while ((token = parser.nextToken()) != JsonToken.END_ARRAY) {
            if (token == JsonToken.VALUE_NULL && nulls == Nulls.ABSENT) {
                continue;
            }
            Object value = token == JsonToken.VALUE_NULL ? null : value(token);
            if (value == null) {
                return null;
            }
            elements.add(value);
        }
        return Collections.unmodifiableList(elements);
    }

    /** Null where the value cannot be taken. */
    private @Nullable Object value(@Nullable JsonToken token) throws IOException {
        if (token == null) {
            return null;
        }
        return switch (token) {
            case START_OBJECT -> members();
            case START_ARRAY -> elements();
            case VALUE_STRING -> wellFormed(parser.getText()) ? parser.getText() : null;
            case VALUE_TRUE -> true;
            case VALUE_FALSE -> false;
            case VALUE_NUMBER_INT -> integer();
            case VALUE_NUMBER_FLOAT -> Double.isFinite(parser.getDoubleValue()) ? parser.getDoubleValue() : null;
            default -> null;
        };
    }

    private Object integer() throws IOException {
        return switch (parser.getNumberType()) {
            case INT, LONG -> parser.getLongValue();
            default -> parser.getBigIntegerValue();
        };
    }

    /** False when a surrogate stands alone: escapes can write what UTF-8 cannot. */
    private static boolean wellFormed(String text) {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (Character.isSurrogate(c)) {
                boolean pair = Character.isHighSurrogate(c)
                        && i + 1 < text.length()
                        && Character.isLowSurrogate(text.charAt(i + 1));
                if (!pair) {
                    return false;
                }
                i++;
            }
        }
        return true;
    }
}
