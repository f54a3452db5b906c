package dev.tiergate.demo;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

class DemoIT {

    private static final Duration PATIENCE = Duration.ofSeconds(10);

    @TempDir
    static Path folder;

    private static RunningDemo demo;

    @BeforeAll
    static void start() throws Exception {
        var home = Path.of("..");
        var options = new RunningDemo.Options(home, home.resolve("routes.yaml"), null, folder, 0, 0, 0);
        demo = RunningDemo.start(options, step -> {});
    }

    @AfterAll
    static void stop() {
        demo.close();
    }

    @TestFactory
    Stream<DynamicTest> every_line_that_the_demo_prints_answers_as_printed() {
        return CurlTour.steps().stream()
                .map(step -> DynamicTest.dynamicTest(step.promise(), () -> answers(demo.curl(step), step)));
    }

    @Test
    void the_catalogues_have_every_code_that_the_routes_name() throws IOException, InterruptedException {
        assertThat(run("curl -s " + demo.adminUri() + "/ready")).contains("\"catalogue\":{\"state\":\"up\"}");
    }

    @Test
    void a_token_that_is_minted_beside_the_demo_is_accepted() throws IOException, InterruptedException {
        var out = new StringWriter();
        var code = Demo.commandLine()
                .setOut(new PrintWriter(out, true))
                .execute("token", "--store", "103", "--folder", folder.toString());
        assertThat(code).isZero();
        assertThat(run("curl -si -H 'Authorization: Bearer " + out.toString().strip() + "' " + demo.gatewayUri()
                        + "/api/account/profile"))
                .startsWith("HTTP/1.1 200");
    }

    /** A change is in force within a second or so, sooner than somebody pastes the next line; reading may be repeated. */
    private static void answers(String curl, CurlTour.Step step) throws IOException, InterruptedException {
        var end = System.nanoTime() + PATIENCE.toNanos();
        var answer = run(curl);
        while (step.method().equals("GET") && !as(step, answer) && System.nanoTime() - end < 0) {
            answer = run(curl);
        }
        assertThat(answer).startsWith("HTTP/1.1 " + step.status()).contains(step.contains());
    }

    private static boolean as(CurlTour.Step step, String answer) {
        return answer.startsWith("HTTP/1.1 " + step.status()) && answer.contains(step.contains());
    }

    private static String run(String command) throws IOException, InterruptedException {
        var process = new ProcessBuilder("sh", "-c", command)
                .redirectErrorStream(true)
                .start();
        var answer = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).isZero();
        return answer;
    }
}
