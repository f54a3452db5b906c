package dev.tiergate.entitlement;

import de.siegmar.fastcsv.reader.CsvParseException;
import de.siegmar.fastcsv.reader.CsvReader;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Stores as a CSV file (RFC 4180, UTF-8): a line of column names in any order, then a line a store. What stands in no
 * column, or in an empty cell, stays as it is.
 */
public final class StoresFile {

    private static final int BYTE_ORDER_MARK = 0xfeff;

    private final String name;
    private final List<StoreLine> lines;

    private StoresFile(String name, List<StoreLine> lines) {
        this.name = name;
        this.lines = lines;
    }

    /** The file cannot be taken; the problems have their places. */
    public static final class InvalidStoresException extends Exception {
        private static final long serialVersionUID = 1L;

        private final transient List<String> problems;

        InvalidStoresException(List<String> problems) {
            super(String.join(System.lineSeparator(), problems));
            this.problems = List.copyOf(problems);
        }

        /** Each as {@code file:line:column: what is wrong}. */
        public List<String> problems() {
            return problems;
        }
    }

    /** @throws InvalidStoresException with every problem that shows without a database */
    public static StoresFile read(Path file) throws IOException, InvalidStoresException {
        try (var reader = Files.newBufferedReader(file)) {
            return parse(file.toString(), reader);
        }
    }

    /** @param name what messages call the file */
    static StoresFile parse(String name, BufferedReader text) throws IOException, InvalidStoresException {
        var problems = new StoreProblems(name);
        var lines = new ArrayList<StoreLine>();
        var cells = new CsvCells();
        try {
            skipByteOrderMark(text);
            read(text, cells, lines, problems);
        } catch (CsvParseException e) {
            var fault = Objects.requireNonNullElse(e.getCause(), e);
            problems.add(cells.line(), 1, "not CSV: " + fault.getMessage());
        } catch (CharacterCodingException e) {
            problems.add(cells.line(), 1, "not UTF-8, in the lines from here on");
        }
        namedTwice(lines, problems);
        problems.throwIfAny();
        return new StoresFile(name, lines);
    }

    private static void read(BufferedReader text, CsvCells cells, List<StoreLine> lines, StoreProblems problems)
            throws IOException {
        try (var records = CsvReader.builder()
                .allowMissingFields(true)
                .allowExtraFields(true)
                .build(cells, text)) {
            var each = records.iterator();
            if (!each.hasNext()) {
                problems.add(1, 1, "the file is empty; its first line names the columns");
                return;
            }
            var columns = StoreColumn.header(each.next(), problems);
            while (each.hasNext() && problems.headerGood()) {
                lines.add(StoreLine.of(columns, each.next(), problems));
            }
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
    }

    /** Spreadsheets write one. */
    private static void skipByteOrderMark(BufferedReader text) throws IOException {
        text.mark(1);
        if (text.read() != BYTE_ORDER_MARK) {
            text.reset();
        }
    }

    private static void namedTwice(List<StoreLine> lines, StoreProblems problems) {
        var ids = new HashMap<String, StoreLine>();
        var codes = new HashMap<String, StoreLine>();
        for (var line : lines) {
            once(ids, line.get(StoreColumn.EXTERNAL_ID), StoreColumn.EXTERNAL_ID, line, problems);
            once(codes, line.get(StoreColumn.CODE), StoreColumn.CODE, line, problems);
        }
    }

    private static void once(
            Map<String, StoreLine> seen,
            @Nullable String value,
            StoreColumn column,
            StoreLine line,
            StoreProblems problems) {
        var first = value == null ? null : seen.putIfAbsent(value, line);
        if (first != null) {
            problems.add(
                    line,
                    column,
                    "'" + value + "' is on line " + first.at(column).line() + " already");
        }
    }

    String name() {
        return name;
    }

    List<StoreLine> lines() {
        return lines;
    }
}
