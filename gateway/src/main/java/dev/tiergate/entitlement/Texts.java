package dev.tiergate.entitlement;

import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.format.DateTimeParseException;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Which codes and names are believed; the schema has the same rules. */
final class Texts {

    static final Pattern CODE = Pattern.compile("[a-z][a-z0-9_-]{0,63}");
    static final Pattern EXTERNAL_ID = Pattern.compile("[A-Za-z0-9._:@-]{1,128}");

    /** Enough for a name on a page and in a header. */
    static final int LONGEST_NAME = 200;

    private static final int LONGEST_KEY_IN_LOG = 80;

    private Texts() {}

    /** What is wrong with a plan, a code and a name; null for nothing. */
    static @Nullable String codeFault(@Nullable String plan, @Nullable String code, @Nullable String name) {
        if (plan == null || !CODE.matcher(plan).matches()) {
            return "has no such plan";
        }
        if (code == null || !CODE.matcher(code).matches()) {
            return "has no such code";
        }
        return nameFault(name);
    }

    static @Nullable String nameFault(@Nullable String name) {
        if (name == null || name.isEmpty() || name.codePointCount(0, name.length()) > LONGEST_NAME) {
            return "has a name that is empty or too long";
        }
        return name.codePoints().anyMatch(Character::isISOControl) ? "has a name with control characters" : null;
    }

    /** A time as PostgreSQL writes it in JSON; null where it is none of the calendar, such as {@code infinity}. */
    static @Nullable Instant instant(@Nullable String text) {
        try {
            return text == null ? null : OffsetDateTime.parse(text).toInstant();
        } catch (DateTimeParseException e) {
            return null;
        }
    }

    /** Safe in one line of a log, whatever it was. */
    static String forLog(String key) {
        var shown = new StringBuilder();
        key.codePoints()
                .limit(LONGEST_KEY_IN_LOG)
                .forEach(point -> shown.append(point > ' ' && point < 0x7f ? (char) point : '?'));
        return shown.toString();
    }
}
