package dev.tiergate.demo;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

class DemoIT {

    @TempDir
    static Path folder;

    @TestFactory
    Stream<DynamicTest> every_line_that_the_demo_prints_answers_as_printed() throws Exception {
        var demo = RunningDemo.start(new RunningDemo.Options(Path.of(".."), folder, 0, 0, 0), step -> {});
        return CurlTour.steps().stream()
                .map(step -> DynamicTest.dynamicTest(step.promise(), () -> answers(demo.curl(step), step)))
                .onClose(demo::close);
    }

    private static void answers(String curl, CurlTour.Step step) throws IOException, InterruptedException {
        var process =
                new ProcessBuilder("sh", "-c", curl).redirectErrorStream(true).start();
        var answer = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).isZero();
        assertThat(answer).startsWith("HTTP/1.1 " + step.status()).contains(step.contains());
    }
}
