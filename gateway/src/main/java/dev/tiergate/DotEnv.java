package dev.tiergate;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Function;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** A {@code .env} file: {@code NAME=value} lines, {@code #} comments, optional quotes and {@code export}. */
final class DotEnv {

    private static final Pattern LINE = Pattern.compile("(?:export\\s+)?([A-Za-z_][A-Za-z0-9_]*)\\s*=\\s*(.*)");

    private DotEnv() {}

    /**
     * The process environment, and behind it the file where there is one; both may name files, see {@link SecretFiles}.
     *
     * @throws IOException when a line makes no sense; the message names file and line, never a value
     */
    static Function<String, @Nullable String> behind(Map<String, String> process, Path file) throws IOException {
        var values = Files.exists(file) ? read(file) : Map.<String, String>of();
        return SecretFiles.behind(name -> {
            var own = process.get(name);
            return own != null ? own : values.get(name);
        });
    }

    private static Map<String, String> read(Path file) throws IOException {
        var values = new HashMap<String, String>();
        var number = 0;
        for (var raw : Files.readAllLines(file)) {
            number++;
            var line = raw.strip();
            if (line.isEmpty() || line.startsWith("#")) {
                continue;
            }
            var match = LINE.matcher(line);
            if (!match.matches()) {
                throw new IOException(file + ":" + number + ": write NAME=value, or # for a comment");
            }
            values.put(match.group(1), unquote(match.group(2)));
        }
        return values;
    }

    private static String unquote(String value) {
        var quoted = value.length() >= 2 && (value.charAt(0) == '"' || value.charAt(0) == '\'');
        if (quoted) {
            var end = value.indexOf(value.charAt(0), 1);
            return end > 0 ? value.substring(1, end) : value;
        }
        var comment = value.indexOf(" #");
        return comment < 0 ? value : value.substring(0, comment).stripTrailing();
    }
}
