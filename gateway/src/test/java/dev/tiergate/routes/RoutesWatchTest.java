package dev.tiergate.routes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Function;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RoutesWatchTest {

    private final RoutesLoader loader = new RoutesLoader(List.of(), name -> null);
    private final List<LoadResult> seen = Collections.synchronizedList(new ArrayList<>());

    @TempDir
    private Path directory;

    private Vertx vertx;
    private Path file;

    @BeforeEach
    void start() throws IOException {
        vertx = Vertx.vertx();
        file = Files.writeString(directory.resolve("routes.yaml"), routes("first"));
    }

    @AfterEach
    void stop() {
        vertx.close().await();
    }

    private static String routes(String id) {
        return """
                version: 1
                upstreams: { shop: { endpoints: [ "http://127.0.0.1:9001" ] } }
                routes:
                  - { id: %s, path: /, public: true, upstream: shop }
                """.formatted(id);
    }

    /** Looks only when it is asked to. */
    private RoutesWatch watch(Path path, Consumer<LoadResult> changed) {
        return watch(path, Duration.ofDays(1), changed);
    }

    private RoutesWatch watch(Path path, Duration every, Consumer<LoadResult> changed) {
        return watching(path, every, result -> {
            changed.accept(result);
            return Future.succeededFuture();
        });
    }

    private RoutesWatch watching(Path path, Duration every, Function<LoadResult, Future<Void>> changed) {
        String hash = ((LoadResult.Loaded) loader.load(path)).config().hash();
        return new RoutesWatch(vertx, loader, path, hash, every, () -> SampleCatalogue.ORION, changed);
    }

    private static boolean check(RoutesWatch watch) {
        return watch.check().await();
    }

    private String lastId() {
        return id(seen.get(seen.size() - 1));
    }

    private static String id(LoadResult result) {
        return ((LoadResult.Loaded) result).config().routes().get(0).id();
    }

    @Test
    void what_serves_already_is_no_change() {
        try (RoutesWatch watch = watch(file, seen::add)) {
            assertThat(check(watch)).isFalse();
            assertThat(seen).isEmpty();
        }
    }

    @Test
    void an_edit_in_place_is_noticed_even_with_the_time_and_size_of_before() throws IOException {
        FileTime time = Files.getLastModifiedTime(file);
        try (RoutesWatch watch = watch(file, seen::add)) {
            Files.writeString(file, routes("other"));
            Files.setLastModifiedTime(file, time);
            assertThat(check(watch)).isTrue();
            assertThat(lastId()).isEqualTo("other");
            assertThat(check(watch)).isFalse();
        }
    }

    @Test
    void a_new_time_alone_is_no_change() throws IOException {
        try (RoutesWatch watch = watch(file, seen::add)) {
            Files.setLastModifiedTime(file, FileTime.fromMillis(0));
            assertThat(check(watch)).isFalse();
        }
    }

    @Test
    void a_rename_over_the_file_is_noticed() throws IOException {
        try (RoutesWatch watch = watch(file, seen::add)) {
            Path next = Files.writeString(directory.resolve("next"), routes("renamed"));
            Files.move(next, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
            assertThat(check(watch)).isTrue();
            assertThat(lastId()).isEqualTo("renamed");
        }
    }

    @Test
    void the_swap_of_a_config_maps_link_is_noticed() throws IOException {
        Path old = Files.createDirectory(directory.resolve("..2026_01"));
        Path young = Files.createDirectory(directory.resolve("..2026_02"));
        Files.writeString(old.resolve("routes.yaml"), routes("old"));
        Files.writeString(young.resolve("routes.yaml"), routes("young"));
        Path data = Files.createSymbolicLink(directory.resolve("..data"), old.getFileName());
        Path mounted = Files.createSymbolicLink(directory.resolve("mounted.yaml"), Path.of("..data/routes.yaml"));
        try (RoutesWatch watch = watch(mounted, seen::add)) {
            Path swap = Files.createSymbolicLink(directory.resolve("..data_tmp"), young.getFileName());
            Files.move(swap, data, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
            assertThat(check(watch)).isTrue();
            assertThat(lastId()).isEqualTo("young");
        }
    }

    @Test
    void a_half_written_file_is_refused_once_and_read_again_when_it_is_whole() throws IOException {
        String whole = routes("whole");
        try (RoutesWatch watch = watch(file, seen::add)) {
            Files.writeString(file, whole.substring(0, whole.length() / 2));
            assertThat(check(watch)).isTrue();
            assertThat(check(watch)).isFalse();
            assertThat(seen).singleElement().isInstanceOf(LoadResult.Rejected.class);
            Files.writeString(file, whole);
            assertThat(check(watch)).isTrue();
            assertThat(lastId()).isEqualTo("whole");
        }
    }

    @Test
    void a_file_that_goes_is_refused_and_taken_again_when_it_is_back() throws IOException {
        try (RoutesWatch watch = watch(file, seen::add)) {
            Files.delete(file);
            assertThat(check(watch)).isTrue();
            assertThat(check(watch)).isFalse();
            Files.writeString(file, routes("first"));
            assertThat(check(watch)).isTrue();
            assertThat(seen).hasSize(2);
            assertThat(lastId()).isEqualTo("first");
        }
    }

    @Test
    void it_looks_by_itself() throws Exception {
        CountDownLatch noticed = new CountDownLatch(1);
        try (RoutesWatch watch = watch(file, Duration.ofMillis(10), result -> noticed.countDown())) {
            Path next = Files.writeString(directory.resolve("next"), routes("noticed"));
            Files.move(next, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
            assertThat(noticed.await(10, TimeUnit.SECONDS)).isTrue();
            assertThat(check(watch)).isFalse();
        }
    }

    @Test
    void a_look_is_over_when_what_an_earlier_one_found_serves() throws IOException {
        List<String> told = Collections.synchronizedList(new ArrayList<>());
        try (RoutesWatch watch = watching(file, Duration.ofDays(1), result -> slowly(result, told))) {
            Files.writeString(file, routes("second"));
            Future<Boolean> first = watch.check();
            assertThat(check(watch)).as("found already").isFalse();
            assertThat(told).containsExactly("second comes", "second serves");
            assertThat(first.await()).isTrue();
        }
    }

    @Test
    void a_change_waits_until_the_one_before_it_was_taken() throws Exception {
        CountDownLatch noticed = new CountDownLatch(1);
        List<String> told = Collections.synchronizedList(new ArrayList<>());
        try (RoutesWatch watch = watching(file, Duration.ofDays(1), result -> {
            noticed.countDown();
            return slowly(result, told);
        })) {
            Files.writeString(file, routes("second"));
            Future<Boolean> first = watch.check();
            assertThat(noticed.await(10, TimeUnit.SECONDS)).isTrue();
            Files.writeString(file, routes("third"));
            assertThat(check(watch)).isTrue();
            assertThat(told).containsExactly("second comes", "second serves", "third comes", "third serves");
            assertThat(first.await()).isTrue();
        }
    }

    /** As where keys are loaded first. */
    private Future<Void> slowly(LoadResult result, List<String> told) {
        told.add(id(result) + " comes");
        return vertx.timer(200, TimeUnit.MILLISECONDS)
                .onSuccess(taken -> told.add(id(result) + " serves"))
                .mapEmpty();
    }

    @Test
    void a_consumer_that_throws_does_not_end_the_watch() throws IOException {
        try (RoutesWatch watch = watch(file, result -> {
            seen.add(result);
            if (seen.size() == 1) {
                throw new IllegalStateException("not now");
            }
        })) {
            Files.writeString(file, routes("second"));
            assertThatThrownBy(() -> check(watch)).hasMessage("not now");
            Files.writeString(file, routes("third"));
            assertThat(check(watch)).isTrue();
            assertThat(lastId()).isEqualTo("third");
        }
    }

    @Test
    void bad_files_one_after_the_other_each_count_once_and_never_carry_a_configuration() throws IOException {
        List<String> bad;
        try (var files = Files.list(Path.of("src/test/resources/routes/bad"))) {
            bad = files.filter(path -> path.toString().endsWith(".yaml"))
                    .sorted()
                    .map(path -> path.getFileName().toString())
                    .toList();
        }
        assertThat(bad).hasSizeGreaterThanOrEqualTo(25);
        try (RoutesWatch watch = watch(file, seen::add)) {
            for (String name : bad) {
                byte[] bytes = Files.readAllBytes(Path.of("src/test/resources/routes/bad", name));
                Files.write(file, bytes);
                check(watch);
            }
            assertThat(seen).hasSize(bad.size()).allMatch(LoadResult.Rejected.class::isInstance);
            Files.writeString(file, routes("first"));
            assertThat(check(watch)).isTrue();
            assertThat(lastId()).isEqualTo("first");
        }
    }
}
