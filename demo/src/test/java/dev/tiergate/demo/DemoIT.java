package dev.tiergate.demo;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

class DemoIT {

    @TempDir
    static Path folder;

    private static RunningDemo demo;

    @BeforeAll
    static void start() throws Exception {
        demo = RunningDemo.start(new RunningDemo.Options(Path.of(".."), folder, 0, 0, 0), step -> {});
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

    private static void answers(String curl, CurlTour.Step step) throws IOException, InterruptedException {
        assertThat(run(curl)).startsWith("HTTP/1.1 " + step.status()).contains(step.contains());
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
