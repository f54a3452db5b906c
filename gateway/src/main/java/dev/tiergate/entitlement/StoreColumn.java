package dev.tiergate.entitlement;

import dev.tiergate.entitlement.CsvCells.Cell;
import java.time.DateTimeException;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.function.Function;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** A column of a file of stores: how it is called there, and what may stand in it. */
enum StoreColumn {
    EXTERNAL_ID(text -> Texts.EXTERNAL_ID.matcher(text).matches()
            ? null
            : "an external_id has letters, digits and . _ : @ -, and 128 at most"),
    CODE(text -> Codes.STORE.matcher(text).matches()
            ? null
            : "a code has letters, digits and . _ -, begins with a letter or digit, and has 128 at most"),
    NAME(text -> Texts.nameFault(text) == null ? null : "a name has 200 characters at most, and none that control"),
    PLAN(StoreColumn::code),
    TIER(StoreColumn::code),
    STATUS(oneOf("active", "suspended", "closed")),
    BILLING_INTERVAL(oneOf("month", "year")),
    PERIOD_ANCHOR(StoreColumn::time),
    TIME_ZONE(StoreColumn::zone);

    @SuppressWarnings("ImmutableEnumChecker") // the functions have no state
    private final Function<String, @Nullable String> fault;

    StoreColumn(Function<String, @Nullable String> fault) {
        this.fault = fault;
    }

    /** As the header has it. */
    String title() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** What is wrong with a value, as a clause; null for nothing. */
    @Nullable
    String fault(String text) {
        return fault.apply(text);
    }

    /** The columns as a header names them; tells of what it cannot be. */
    static List<StoreColumn> header(List<Cell> cells, StoreProblems problems) {
        var columns = new ArrayList<StoreColumn>();
        for (var cell : cells) {
            var column = Arrays.stream(values())
                    .filter(each -> each.title().equals(cell.text()))
                    .findFirst();
            if (column.isEmpty()) {
                problems.inHeader(
                        cell.at().line(),
                        cell.at().column(),
                        "there is no column '" + Texts.forLog(cell.text()) + "'; known are "
                                + Arrays.stream(values())
                                        .map(StoreColumn::title)
                                        .collect(Collectors.joining(", ")));
            } else if (columns.contains(column.get())) {
                problems.inHeader(
                        cell.at().line(), cell.at().column(), "the column '" + cell.text() + "' stands here twice");
            } else {
                columns.add(column.get());
            }
        }
        if (problems.headerGood() && !columns.contains(EXTERNAL_ID)) {
            problems.inHeader(1, 1, "the column external_id is missing: it says which store a line is about");
        }
        return columns;
    }

    private static @Nullable String code(String text) {
        return Texts.CODE.matcher(text).matches()
                ? null
                : "a code has lower-case letters, digits, _ and -, begins with a letter, and has 64 at most";
    }

    private static Function<String, @Nullable String> oneOf(String... values) {
        return text -> Set.of(values).contains(text) ? null : "it has to be one of " + String.join(", ", values);
    }

    /** What is not a good time was told of. */
    static OffsetDateTime instant(String text) {
        return text.indexOf('T') < 0
                ? LocalDate.parse(text).atStartOfDay().atOffset(ZoneOffset.UTC)
                : OffsetDateTime.parse(text);
    }

    private static @Nullable String time(String text) {
        try {
            int year = instant(text).getYear();
            return year >= 1970 && year < 10_000 ? null : "it has to be from 1970 on";
        } catch (DateTimeException e) {
            return "it has to be a day such as 2026-01-31, or a time such as 2026-01-31T09:00:00Z";
        }
    }

    private static @Nullable String zone(String text) {
        try {
            return Codes.ZONE.matcher(text).matches() && ZoneId.of(text) != null ? null : Codes.NO_ZONE;
        } catch (DateTimeException e) {
            return Codes.NO_ZONE;
        }
    }

    /** Apart, for an enum's constants are made before its own fields. The schema has the same rules. */
    private static final class Codes {
        static final Pattern STORE = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,127}");
        static final Pattern ZONE = Pattern.compile("UTC|[A-Za-z_]+(/[A-Za-z0-9_+-]+)+");
        static final String NO_ZONE = "it has to be a time zone such as Europe/Berlin, or UTC";
    }
}
