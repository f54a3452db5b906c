package dev.tiergate;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tiergate.edge.WatchedTransport;
import dev.tiergate.fixtures.RecordingBackend;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpVersion;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Sockets by io_uring. Whether there is one is up to kernel and container, so what is expected depends on where this runs. */
class IoUringIT {

    private static final int REQUESTS = 50;
    private static final Buffer BODY = Buffer.buffer(new byte[1 << 20]);

    @TempDir
    private Path folder;

    @Test
    void where_there_is_one_requests_pass_by_it_and_where_not_the_start_stops_and_says_why() throws Exception {
        try (var backend = RecordingBackend.start();
                var gateway = GatewayProcess.start(
                        routes(backend.uri()),
                        Map.of("FEATURE_GATING_V2_ENABLED", "false", "TIERGATE_IO_URING", "true"))) {
            var why = WatchedTransport.withoutIoUring();
            if (why.isPresent()) {
                assertThat(gateway.exitCode()).isEqualTo(2);
                assertThat(gateway.output())
                        .anyMatch(line -> line.contains("TIERGATE_IO_URING") && line.contains(why.get()));
                return;
            }
            gateway.awaitReady(200);
            assertThat(gateway.openFiles()).contains("anon_inode:[io_uring]");
            passes(gateway, backend);
            gateway.terminate();
            assertThat(gateway.exitCode()).isZero();
        }
    }

    /** Uploads side by side, over connections of HTTP/1.1 and streams of HTTP/2, each answered with its own. */
    private static void passes(GatewayProcess gateway, RecordingBackend backend) throws Exception {
        backend.respond((received, response) -> response.end(received.target()));
        var vertx = Vertx.vertx();
        try {
            for (var version : List.of(HttpVersion.HTTP_1_1, HttpVersion.HTTP_2)) {
                var client = vertx.createHttpClient(
                        new HttpClientOptions().setProtocolVersion(version).setHttp2ClearTextUpgrade(false));
                var port = gateway.port();
                var answers = IntStream.range(0, REQUESTS)
                        .mapToObj(n -> client.request(HttpMethod.POST, port, "127.0.0.1", "/" + version + "/" + n)
                                .compose(request -> request.send(BODY))
                                .compose(HttpClientResponse::body)
                                .map(Buffer::toString))
                        .toList();
                await(Future.join(answers));
                assertThat(answers)
                        .extracting(Future::result)
                        .containsExactlyElementsOf(IntStream.range(0, REQUESTS)
                                .mapToObj(n -> "/" + version + "/" + n)
                                .toList());
            }
            assertThat(backend.requests())
                    .hasSize(2 * REQUESTS)
                    .allSatisfy(received -> assertThat(received.length()).isEqualTo(BODY.length()));
        } finally {
            await(vertx.close());
        }
    }

    private static <T> T await(Future<T> future) throws Exception {
        return future.await(Eventually.PATIENCE.toSeconds(), TimeUnit.SECONDS);
    }

    private Path routes(String upstream) throws IOException {
        return Files.writeString(folder.resolve("routes.yaml"), """
                version: 1
                upstreams: { shop: { endpoints: [ "%s" ] } }
                routes:
                  - { path: "/**", public: true, upstream: shop }
                """.formatted(upstream));
    }
}
