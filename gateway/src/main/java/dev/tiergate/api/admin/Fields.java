package dev.tiergate.api.admin;

import com.fasterxml.jackson.databind.JsonNode;
import io.vertx.core.json.JsonArray;
import java.time.DateTimeException;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.regex.Pattern;

/** The kinds of values that bodies hold; bounds and forms are those of the schema in db/migration. */
final class Fields {

    static final Pattern CODE = Pattern.compile("[a-z][a-z0-9_-]{0,63}");
    static final Pattern EXTERNAL_ID = Pattern.compile("[A-Za-z0-9._:@-]{1,128}");
    static final String EXTERNAL_ID_FORM = "1 to 128 of A-Z, a-z, 0-9 and ._:@-";

    private static final Pattern STORE_CODE = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,127}");
    private static final Pattern CONTROL = Pattern.compile("\\p{Cntrl}");
    private static final int MAX_NAME = 200;
    private static final int MAX_TEXT = 2000;
    private static final int MAX_LIST = 1000;
    private static final int FIRST_YEAR = 2000;
    private static final int LAST_YEAR = 9999;

    private Fields() {}

    static Field code() {
        return matching(CODE, "a lower-case letter, then up to 63 of a-z, 0-9, _ and -");
    }

    static Field storeCode() {
        return matching(STORE_CODE, "1 to 128 of A-Z, a-z, 0-9 and ._-, a letter or digit first");
    }

    static Field externalId() {
        return matching(EXTERNAL_ID, EXTERNAL_ID_FORM);
    }

    /** One line that people read. */
    static Field name() {
        return text(
                text -> bounded(text, 1, MAX_NAME) && !CONTROL.matcher(text).find(), "1 to 200 characters on one line");
    }

    static Field text(int least) {
        return text(text -> bounded(text, least, MAX_TEXT), least + " to 2000 characters");
    }

    static Field matching(Pattern form, String words) {
        return text(text -> form.matcher(text).matches(), words);
    }

    static Field oneOf(String... values) {
        var known = new TreeSet<>(Set.of(values));
        return text(known::contains, "one of " + String.join(", ", known));
    }

    private static Field text(Predicate<String> good, String words) {
        return (value, pointer, faults) -> {
            var text = value.asText();
            if (!value.isTextual() || !storable(text) || !good.test(text)) {
                faults.add(Problem.Fault.at(pointer, "is to be " + words));
            }
            return text;
        };
    }

    /** PostgreSQL keeps no U+0000, and half a surrogate pair is no character. */
    static boolean storable(String text) {
        return text.codePoints()
                .noneMatch(c -> c == 0 || (c >= Character.MIN_SURROGATE && c <= Character.MAX_SURROGATE));
    }

    private static boolean bounded(String text, int least, int most) {
        var length = text.codePointCount(0, text.length());
        return length >= least && length <= most;
    }

    static Field flag() {
        return (value, pointer, faults) -> {
            if (!value.isBoolean()) {
                faults.add(Problem.Fault.at(pointer, "is to be true or false"));
            }
            return value.asBoolean();
        };
    }

    static Field whole(long least, long most) {
        return (value, pointer, faults) -> {
            var good = value.isIntegralNumber() && value.canConvertToLong();
            if (!good || value.asLong() < least || value.asLong() > most) {
                faults.add(Problem.Fault.at(pointer, "is to be a whole number from " + least + " to " + most));
            }
            return value.asLong();
        };
    }

    /** RFC 3339; read as UTC. */
    static Field instant() {
        return (value, pointer, faults) -> {
            try {
                var time = OffsetDateTime.parse(value.isTextual() ? value.asText() : "")
                        .withOffsetSameInstant(ZoneOffset.UTC);
                if (time.getYear() >= FIRST_YEAR && time.getYear() <= LAST_YEAR) {
                    return time.toString();
                }
            } catch (DateTimeException e) {
                // said below
            }
            faults.add(Problem.Fault.at(pointer, "is to be a time such as 2030-01-31T00:00:00Z"));
            return "";
        };
    }

    static Field nullable(Field field) {
        return (value, pointer, faults) -> value.isNull() ? null : field.read(value, pointer, faults);
    }

    /** @param key the member that no two items may have alike; empty for items that are texts */
    static Field list(Field item, String key) {
        return (value, pointer, faults) -> list(value, pointer, faults, item, key);
    }

    private static JsonArray list(JsonNode value, String pointer, List<Problem.Fault> faults, Field item, String key) {
        var read = new JsonArray();
        if (!value.isArray() || value.size() > MAX_LIST) {
            faults.add(Problem.Fault.at(pointer, "is to be a list of at most " + MAX_LIST));
            return read;
        }
        var seen = new TreeSet<String>();
        for (int i = 0; i < value.size(); i++) {
            var element = value.get(i);
            read.add(item.read(element, pointer + "/" + i, faults));
            var name = key.isEmpty() ? element : element.path(key);
            if (!seen.add(name.toString())) {
                faults.add(
                        Problem.Fault.at(pointer + "/" + i + (key.isEmpty() ? "" : "/" + key), "stands there twice"));
            }
        }
        return read;
    }

    /** A member's name in a pointer (RFC 6901, section 3). */
    static String escaped(String name) {
        return name.replace("~", "~0").replace("/", "~1");
    }
}
