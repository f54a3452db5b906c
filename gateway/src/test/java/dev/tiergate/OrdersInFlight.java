package dev.tiergate;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.http.PoolOptions;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * A store's orders that stay on their way while a test does something else: streams of one HTTP/2 connection, an upload among
 * them, and an upload over HTTP/1.1. Each is written down in a {@link FaultLedger}.
 */
final class OrdersInFlight implements AutoCloseable {

    static final int UPLOADS = 2;

    /** Of each upload. */
    static final int BYTES = 1 << 20;

    private static final int FIRST_BYTES = 64 << 10;

    private final FaultLedger ledger;
    private final FaultClients.Door door;
    private final String store;
    private final Vertx vertx = Vertx.vertx(new VertxOptions().setEventLoopPoolSize(1));
    private final HttpClient http1 = vertx.createHttpClient();
    private final HttpClient http2 = vertx.createHttpClient(
            new HttpClientOptions().setProtocolVersion(HttpVersion.HTTP_2).setHttp2ClearTextUpgrade(false),
            new PoolOptions().setHttp2MaxSize(1));
    private final List<HttpClientRequest> uploads = new ArrayList<>();
    private final List<Future<FaultLedger.Line>> answers = new ArrayList<>();

    OrdersInFlight(FaultLedger ledger, FaultClients.Door door, String store) {
        this.ledger = ledger;
        this.door = door;
        this.store = store;
    }

    /** So many whole requests, each a stream. */
    void send(int streams) throws Exception {
        for (int i = 0; i < streams; i++) {
            await(open(http2).compose(HttpClientRequest::end));
        }
    }

    /** A part of each upload; the rest waits. */
    void beginUploads() throws Exception {
        for (var client : List.of(http2, http1)) {
            var upload = await(open(client));
            upload.putHeader("Content-Length", String.valueOf(BYTES));
            await(upload.write(Buffer.buffer(new byte[FIRST_BYTES])));
            uploads.add(upload);
        }
    }

    void endUploads() {
        uploads.forEach(upload -> upload.end(Buffer.buffer(new byte[BYTES - FIRST_BYTES])));
    }

    private Future<HttpClientRequest> open(HttpClient client) {
        var id = ledger.sending(store, true, System.nanoTime());
        return client.request(HttpMethod.POST, door.port(), "127.0.0.1", "/api/orders")
                .map(request -> {
                    request.putHeader("Authorization", "Bearer " + door.token().apply(store))
                            .putHeader(FaultLedger.ID, id);
                    answers.add(request.response()
                            .compose(response -> note(id, response))
                            .otherwise(fault -> ledger.aborted(id)));
                    return request;
                });
    }

    private Future<FaultLedger.Line> note(String id, HttpClientResponse response) {
        int status = response.statusCode();
        return response.body().map(body -> ledger.answered(id, status, status < 300 ? "" : body.toString(), false));
    }

    /** Waits for every answer, or for what went wrong instead. */
    void awaitEnd() throws Exception {
        await(Future.join(answers));
    }

    private static <T> T await(Future<T> future) throws Exception {
        return future.await(Eventually.PATIENCE.toSeconds(), TimeUnit.SECONDS);
    }

    @Override
    public void close() throws Exception {
        await(vertx.close());
    }
}
