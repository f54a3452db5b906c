package dev.tiergate;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tiergate.fixtures.RawClient;
import dev.tiergate.fixtures.RecordingBackend;
import dev.tiergate.fixtures.RecordingBackend.Received;
import io.vertx.core.http.HttpServerResponse;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A process that is told to leave in the middle of traffic. */
class DrainIT {

    /** Past this, requests in flight would have been cut off. */
    private static final Duration DRAIN_TIMEOUT = Duration.ofSeconds(25);

    private static final int BEFORE = 400;

    private static final String REST = "-the-rest";

    private static final int PIECE = 64 << 10;
    private static final int PIECES = 16;

    private final BlockingQueue<HttpServerResponse> held = new LinkedBlockingQueue<>();

    @TempDir
    private Path folder;

    @Test
    void sigterm_under_traffic_loses_nothing_that_was_accepted() throws Exception {
        try (var backend = RecordingBackend.start();
                var gateway = GatewayProcess.start(
                        routes(backend.uri()),
                        Map.of("FEATURE_GATING_V2_ENABLED", "false", "TIERGATE_DRAIN_DELAY", "6"))) {
            backend.respond(this::respond);
            gateway.awaitReady(200);
            try (var traffic = new Traffic(gateway);
                    var whole = RawClient.connect(gateway.port(), DRAIN_TIMEOUT);
                    var half = RawClient.connect(gateway.port(), DRAIN_TIMEOUT);
                    var upload = RawClient.connect(gateway.port(), DRAIN_TIMEOUT)) {
                traffic.start();
                whole.send(get("/held/whole"));
                half.send(get("/held/half"));
                var stream = traffic.stream("/held/stream").toCompletionStage().toCompletableFuture();
                upload.send("POST /upload HTTP/1.1\r\nHost: gw.test\r\nContent-Length: " + PIECES * PIECE + "\r\n\r\n");
                upload.send(new byte[PIECE]);
                backend.awaitRequests(BEFORE);
                Eventually.holds("three answers are held", () -> held.size() == 3);

                gateway.terminate();
                var told = System.nanoTime();
                traffic.awaitEnd();
                Eventually.holds("the listener is closed", () -> !gateway.listens());
                for (int piece = 1; piece < PIECES; piece++) {
                    upload.send(new byte[PIECE]);
                }
                held.forEach(response -> response.end(REST));

                assertThat(traffic.answers())
                        .allSatisfy((target, answer) -> assertThat(answer).isEqualTo("200 " + target));
                assertThat(answer(whole)).isEqualTo("200 " + REST);
                assertThat(answer(half)).isEqualTo("200 /held/half" + REST);
                assertThat(stream.get(1, TimeUnit.MINUTES)).isEqualTo("200 " + REST);
                assertThat(answer(upload)).isEqualTo("200 /upload");
                assertThat(gateway.exitCode()).isZero();
                assertThat(Duration.ofNanos(System.nanoTime() - told)).isLessThan(DRAIN_TIMEOUT);
                eachWasAtTheBackendOnce(backend, traffic.answers());
            }
        }
    }

    /** Those to be held get at most the first half of their answer. */
    private void respond(Received received, HttpServerResponse response) {
        if (!received.target().startsWith("/held/")) {
            response.end(received.target());
            return;
        }
        response.setChunked(true);
        if (received.target().endsWith("half")) {
            response.write(received.target());
        }
        held.add(response);
    }

    private static void eachWasAtTheBackendOnce(RecordingBackend backend, Map<String, String> answers) {
        var times = backend.requests().stream().collect(Collectors.groupingBy(Received::target, Collectors.counting()));
        assertThat(times).allSatisfy((target, count) -> assertThat(count).isEqualTo(1));
        assertThat(times.keySet()).containsAll(answers.keySet());
        assertThat(times).hasSize(answers.size() + 4).containsKeys("/held/whole", "/held/half", "/held/stream");
        assertThat(backend.requests())
                .filteredOn(request -> request.target().equals("/upload"))
                .singleElement()
                .satisfies(request -> assertThat(request.length()).isEqualTo(PIECES * PIECE));
    }

    private static String get(String target) {
        return "GET " + target + " HTTP/1.1\r\nHost: gw.test\r\n\r\n";
    }

    private static String answer(RawClient client) {
        var answer = client.read();
        return answer.status() + (answer.complete() ? " " : " cut short ") + answer.text();
    }

    private Path routes(String upstream) throws IOException {
        return Files.writeString(folder.resolve("routes.yaml"), """
                version: 1
                upstreams: { shop: { endpoints: [ "%s" ] } }
                routes: [ { path: /**, public: true, upstream: shop } ]
                """.formatted(upstream));
    }
}
