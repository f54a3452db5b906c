package dev.tiergate;

import static java.util.stream.Collectors.toCollection;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.reflect.Field;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;

/** The project's pages, as tests compare them with the code. */
public final class Docs {

    private static final Pattern CODE = Pattern.compile("`([^`]+)`");

    private Docs() {}

    /** The folder that holds the pages, looked for upward from the module's. */
    public static Path root() {
        var folder = Path.of("").toAbsolutePath();
        while (!Files.exists(folder.resolve("CONTRIBUTING.md"))) {
            folder = folder.getParent();
        }
        return folder;
    }

    static String read(String page) {
        return read(root().resolve(page));
    }

    static String read(Path page) {
        try {
            return Files.readString(page);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Every page of ours: at the root, under docs, and beside a plugin or a tool. */
    public static List<Path> pages() throws IOException {
        try (var files = Files.walk(root())) {
            return files.filter(file -> file.toString().endsWith(".md"))
                    .filter(file -> !root().relativize(file).toString().matches(".*(target|node_modules)/.*"))
                    .sorted()
                    .toList();
        }
    }

    /** The rows of the first table after the given text, its head left out; each a list of cells. */
    static List<List<String>> table(String page, String after) {
        var text = read(page);
        var from = text.indexOf(after);
        if (from < 0) {
            throw new AssertionError(page + " has no '" + after + "'");
        }
        var rows = new ArrayList<List<String>>();
        for (var line : text.substring(from).lines().toList()) {
            if (line.startsWith("|")) {
                rows.add(cells(line));
            } else if (!rows.isEmpty()) {
                break;
            }
        }
        return rows.subList(2, rows.size());
    }

    private static List<String> cells(String line) {
        return Arrays.stream(line.substring(1, line.length() - 1).split("\\|", -1))
                .map(String::strip)
                .toList();
    }

    /** What stands between backticks, in order. */
    static Set<String> code(String text) {
        return CODE.matcher(text).results().map(found -> found.group(1)).collect(toCollection(LinkedHashSet::new));
    }

    /** What stands between backticks in one column of a table. */
    static Set<String> code(List<List<String>> table, int column) {
        return table.stream().flatMap(row -> code(row.get(column)).stream()).collect(toCollection(LinkedHashSet::new));
    }

    /** The fenced blocks of a page in one language. */
    public static List<String> blocks(Path page, String language) {
        var fence = Pattern.compile("(?ms)^```" + language + "\\n(.*?)^```$");
        return fence.matcher(read(page)).results().map(found -> found.group(1)).toList();
    }

    /** A heading as links name it. */
    static String anchor(String heading) {
        return heading.toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9 _-]", "").replace(' ', '-');
    }

    /** The values of a class's constants of one type, in the order in which they stand. */
    static <T> List<T> constants(Class<?> holder, Class<T> type) {
        return Arrays.stream(holder.getFields())
                .filter(field -> field.getType() == type)
                .map(field -> type.cast(value(field)))
                .toList();
    }

    private static Object value(Field field) {
        try {
            return field.get(null);
        } catch (IllegalAccessException e) {
            throw new IllegalStateException(e);
        }
    }
}
