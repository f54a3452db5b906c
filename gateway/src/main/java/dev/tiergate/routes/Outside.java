package dev.tiergate.routes;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * What a configuration is made of besides its file: variables, and files of keys. It remembers by their hash what they held
 * when they were last asked for, so that a rotated secret is seen although the file that names it is as it was.
 */
final class Outside {

    private static final int MAX_KEY_BYTES = 64 * 1024;

    private final Function<String, @Nullable String> environment;
    private final Map<String, String> variables = new ConcurrentHashMap<>();
    private final Map<String, String> files = new ConcurrentHashMap<>();

    Outside(Function<String, @Nullable String> environment) {
        this.environment = environment;
    }

    /** Null when it is not set; throws a {@link VariableException} when it cannot be read. */
    @Nullable
    String variable(String name) {
        variables.put(name, hashOfVariable(name));
        return environment.apply(name);
    }

    /** The hash of a file of keys, whatever it holds. */
    String file(String name) {
        String hash = hashOfFile(name);
        files.put(name, hash);
        return hash;
    }

    /** Whether one of them holds something else by now. Reads files. */
    boolean changed() {
        return variables.entrySet().stream().anyMatch(known -> !known.getValue().equals(hashOfVariable(known.getKey())))
                || files.entrySet().stream().anyMatch(known -> !known.getValue().equals(hashOfFile(known.getKey())));
    }

    private String hashOfVariable(String name) {
        try {
            String value = environment.apply(name);
            return value == null ? "" : RoutesFile.hash(value.getBytes(UTF_8));
        } catch (VariableException e) {
            return String.valueOf(e.getMessage());
        }
    }

    private static String hashOfFile(String name) {
        try {
            Path path = Path.of(name);
            return Files.size(path) > MAX_KEY_BYTES ? "too long" : RoutesFile.hash(Files.readAllBytes(path));
        } catch (InvalidPathException | IOException e) {
            return "unreadable";
        }
    }
}
