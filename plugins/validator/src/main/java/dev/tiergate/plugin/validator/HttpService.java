package dev.tiergate.plugin.validator;

import dev.tiergate.plugin.PluginContext;
import dev.tiergate.plugin.Targets;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.PoolOptions;
import io.vertx.core.http.RequestOptions;
import java.net.URI;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/** Asks over HTTP: a deadline over all of it, a bound on the answer, no redirect, no compression, no forbidden address. */
final class HttpService implements Service {

    private static final int OK = 200;

    /** Of one route and event loop. */
    private static final int CONNECTIONS = 8;

    /** Different questions that wait for a connection; what comes beyond them fails at once. */
    private static final int MOST_WAITING = 256;

    private final Vertx vertx;
    private final Targets targets;
    private final URI uri;
    private final long timeoutMillis;
    private final RequestOptions options;
    private @Nullable HttpClient client;

    HttpService(ValidatorConfig config, PluginContext context) {
        this.vertx = context.vertx();
        this.targets = context.targets();
        this.uri = config.uri();
        this.timeoutMillis = config.timeout().toMillis();
        this.options = new RequestOptions()
                .setMethod(HttpMethod.POST)
                .setAbsoluteURI(uri.toString())
                .setFollowRedirects(false)
                .setConnectTimeout(timeoutMillis);
        config.headers().forEach((name, value) -> options.putHeader(name, value.value()));
        options.putHeader(HttpHeaders.CONTENT_TYPE, "application/json")
                .putHeader(HttpHeaders.ACCEPT, "application/json")
                .putHeader(HttpHeaders.ACCEPT_ENCODING, HttpHeaders.IDENTITY);
    }

    @Override
    public Future<Answer> ask(String question) {
        long begun = System.nanoTime();
        return client().request(new RequestOptions(options))
                .compose(request -> exchange(request, question, begun))
                .map(Answer::of)
                .recover(fault -> Future.failedFuture(plain(fault)));
    }

    /** Made when it is first needed: one that only reads routes.yaml never needs it. */
    private HttpClient client() {
        var made = client;
        if (made == null) {
            made = vertx.createHttpClient(
                    new HttpClientOptions()
                            .setConnectTimeout((int) timeoutMillis)
                            .setSslHandshakeTimeout(timeoutMillis)
                            .setSslHandshakeTimeoutUnit(TimeUnit.MILLISECONDS)
                            .setDecompressionSupported(false),
                    new PoolOptions().setHttp1MaxSize(CONNECTIONS).setMaxWaitQueueSize(MOST_WAITING));
            client = made;
        }
        return made;
    }

    private Future<Buffer> exchange(HttpClientRequest request, String question, long begun) {
        // asked of the connection itself, so that a name cannot lead to one place for the check and to another for use
        var objection = targets.objection(uri.getHost(), request.connection().remoteAddress());
        if (objection.isPresent()) {
            request.connection().close();
            return Future.failedFuture(
                    new ServiceException("its host led to an address to which nothing is sent: " + objection.get()));
        }
        long left = timeoutMillis - TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - begun);
        return request.send(question)
                .compose(HttpService::body)
                .timeout(Math.max(1, left), TimeUnit.MILLISECONDS)
                .onFailure(fault -> request.reset());
    }

    private static Future<Buffer> body(HttpClientResponse response) {
        if (response.statusCode() != OK) {
            return Future.failedFuture(new ServiceException("it answered " + response.statusCode()));
        }
        Promise<Buffer> whole = Promise.promise();
        Buffer read = Buffer.buffer();
        response.handler(part -> {
            if (read.length() + part.length() > Answer.MOST_BYTES) {
                whole.tryFail(new ServiceException("its answer is longer than " + Answer.MOST_BYTES + " bytes"));
            } else {
                read.appendBuffer(part);
            }
        });
        response.exceptionHandler(whole::tryFail);
        response.endHandler(end -> whole.tryComplete(read));
        return whole.future();
    }

    private ServiceException plain(Throwable fault) {
        if (fault instanceof ServiceException known) {
            return known;
        }
        return new ServiceException(
                fault instanceof TimeoutException
                        ? "it did not answer within " + timeoutMillis + " ms"
                        : "it cannot be reached (" + fault.getClass().getSimpleName() + ")");
    }

    @Override
    public void close() {
        if (client != null) {
            client.close();
        }
    }
}
