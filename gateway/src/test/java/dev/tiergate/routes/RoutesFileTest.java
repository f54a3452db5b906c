package dev.tiergate.routes;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a path can lead to besides a good file. */
class RoutesFileTest {

    private static final String LEAST = """
            version: 1
            upstreams: { shop: { endpoints: [ "http://127.0.0.1:9001" ] } }
            routes: []
            """;

    private final RoutesLoader loader = new RoutesLoader(List.of(), name -> null);

    @TempDir
    private Path directory;

    private List<String> problems(Path file) {
        LoadResult result = loader.load(file);
        return result instanceof LoadResult.Rejected rejected
                ? rejected.problems().stream().map(RoutesProblem::toString).toList()
                : List.of();
    }

    @Test
    void a_missing_file_is_named() {
        Path file = directory.resolve("routes.yaml");
        assertThat(problems(file)).containsExactly(file + ":1:1: there is no such file");
    }

    @Test
    void a_directory_is_no_file() {
        assertThat(problems(directory)).containsExactly(directory + ":1:1: this is a directory; name the file in it");
    }

    @Test
    void a_link_to_nowhere_is_said_to_be_one() throws IOException {
        Path link = Files.createSymbolicLink(directory.resolve("routes.yaml"), directory.resolve("gone"));
        assertThat(problems(link)).containsExactly(link + ":1:1: this is no regular file, or a link to nowhere");
    }

    @Test
    void a_device_is_never_read() {
        assertThat(problems(Path.of("/dev/zero")))
                .containsExactly("/dev/zero:1:1: this is no regular file, or a link to nowhere");
    }

    @Test
    void a_file_that_may_not_be_read_says_what_to_do() throws IOException {
        Path file = Files.writeString(directory.resolve("routes.yaml"), LEAST);
        Problems problems = new Problems("routes.yaml");
        assertThat(RoutesFile.read(
                        file,
                        path -> {
                            throw new AccessDeniedException(path.toString());
                        },
                        problems))
                .isEmpty();
        assertThat(problems.errors().get(0))
                .hasToString("routes.yaml:1:1: permission denied; let the user of the gateway read the file");
    }

    @Test
    void a_file_that_breaks_off_while_it_is_read_is_refused() throws IOException {
        Path file = Files.writeString(directory.resolve("routes.yaml"), LEAST);
        Problems problems = new Problems("routes.yaml");
        assertThat(RoutesFile.read(
                        file,
                        path -> {
                            throw new IOException("stale file handle");
                        },
                        problems))
                .isEmpty();
        assertThat(problems.errors().get(0)).hasToString("routes.yaml:1:1: the file cannot be read: stale file handle");
    }

    @Test
    void four_mebibytes_load_and_a_byte_more_does_not() throws IOException {
        byte[] bytes = new byte[RoutesFile.MAX_BYTES];
        Arrays.fill(bytes, (byte) '#');
        byte[] least = LEAST.getBytes(StandardCharsets.UTF_8);
        System.arraycopy(least, 0, bytes, 0, least.length);
        Path file = Files.write(directory.resolve("routes.yaml"), bytes);
        assertThat(loader.load(file)).isInstanceOf(LoadResult.Loaded.class);
        Files.write(file, new byte[] {'#'}, StandardOpenOption.APPEND);
        assertThat(problems(file))
                .containsExactly(file + ":1:1: the file is larger than 4 MiB; split it, or remove what is not used");
    }

    @Test
    void fifty_mebibytes_are_refused_without_being_read() throws IOException {
        Path file = directory.resolve("routes.yaml");
        try (var channel = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
            channel.write(ByteBuffer.wrap(new byte[] {'#'}), 50L << 20);
        }
        assertThat(problems(file))
                .containsExactly(file + ":1:1: the file is larger than 4 MiB; split it, or remove what is not used");
    }

    @Test
    void ten_thousand_routes_load() {
        StringBuilder text = new StringBuilder(LEAST.replace("routes: []\n", "routes:\n"));
        for (int i = 0; i < 10_000; i++) {
            text.append("  - { path: \"/api/r").append(i).append("/{id}\", public: true, upstream: shop }\n");
        }
        assertThat(loader.load("routes.yaml", text.toString(), null))
                .isInstanceOfSatisfying(
                        LoadResult.Loaded.class,
                        loaded -> assertThat(loaded.config().routes()).hasSize(10_000));
    }

    @Test
    void ten_thousand_wrong_routes_are_ten_thousand_problems() {
        StringBuilder text = new StringBuilder(LEAST.replace("routes: []\n", "routes:\n"));
        for (int i = 0; i < 10_000; i++) {
            text.append("  - { path: /api/r").append(i).append(", public: true, upstream: shpo }\n");
        }
        assertThat(loader.load("routes.yaml", text.toString(), null))
                .isInstanceOfSatisfying(
                        LoadResult.Rejected.class,
                        rejected -> assertThat(rejected.problems()).hasSize(10_000));
    }
}
