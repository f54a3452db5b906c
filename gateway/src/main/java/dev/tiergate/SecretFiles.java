package dev.tiergate;

import dev.tiergate.routes.VariableException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Variables whose value stands in a file, as orchestrators mount secrets: where {@code NAME} is not set and
 * {@code NAME_FILE} is, the value is what that file holds, without the line's end. It is read anew each time.
 */
final class SecretFiles {

    private static final String SUFFIX = "_FILE";
    private static final int MAX_BYTES = 64 * 1024;

    private SecretFiles() {}

    /** The same variables; asking for one throws a {@link VariableException} where its file cannot be read. */
    static Function<String, @Nullable String> behind(Function<String, @Nullable String> environment) {
        return name -> {
            var own = environment.apply(name);
            var file = environment.apply(name + SUFFIX);
            if (file == null || file.isBlank()) {
                return own;
            }
            if (own != null && !own.isBlank()) {
                throw new VariableException("both " + name + " and " + name + SUFFIX + " are set; unset one");
            }
            return content(name + SUFFIX, file.strip());
        };
    }

    private static String content(String variable, String file) {
        try {
            var path = Path.of(file);
            if (Files.size(path) > MAX_BYTES) {
                throw new VariableException(variable + ": the file " + file + " is larger than 64 KiB");
            }
            return Files.readString(path).replaceFirst("\\R\\z", "");
        } catch (InvalidPathException | IOException e) {
            throw new VariableException(variable + ": the file " + file + " cannot be read");
        }
    }
}
