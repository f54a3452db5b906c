package dev.tiergate.identity;

import dev.tiergate.routes.TargetRule;
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
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** One GET of a JWKS: a deadline over all of it, a bound on its size, no redirect, no compression, no forbidden address. */
final class JwksFetch {

    static final int MAX_BYTES = 256 * 1024;

    private static final int OK = 200;

    private final Vertx vertx;
    private final URI uri;
    private final Duration timeout;
    private final TargetRule targets;

    /**
     * @param targets where nothing may be sent
     * @throws IllegalArgumentException when the URI cannot be fetched from
     */
    JwksFetch(Vertx vertx, URI uri, Duration timeout, TargetRule targets) {
        boolean http = "http".equalsIgnoreCase(uri.getScheme()) || "https".equalsIgnoreCase(uri.getScheme());
        if (!http || uri.getHost() == null || uri.getRawUserInfo() != null || uri.getRawFragment() != null) {
            throw new IllegalArgumentException(
                    "auth.jwt.jwks is not an http or https URI of a host, without user and fragment");
        }
        this.vertx = vertx;
        this.uri = uri;
        this.timeout = timeout;
        this.targets = targets;
    }

    /** The body of a 200; fails with a {@link JwksUnavailable} that says why. */
    Future<Buffer> fetch() {
        // A client for each fetch: closing it ends whatever the deadline has cut off, also a handshake.
        HttpClient client = vertx.createHttpClient(options(), new PoolOptions().setHttp1MaxSize(1));
        return client.request(new RequestOptions()
                        .setMethod(HttpMethod.GET)
                        .setAbsoluteURI(uri.toString())
                        .setFollowRedirects(false)
                        .putHeader(HttpHeaders.ACCEPT, "application/jwk-set+json, application/json")
                        .putHeader(HttpHeaders.ACCEPT_ENCODING, HttpHeaders.IDENTITY))
                .compose(this::exchange)
                .timeout(timeout.toMillis(), TimeUnit.MILLISECONDS)
                .recover(failure -> Future.failedFuture(plain(failure)))
                .onComplete(done -> client.close());
    }

    private HttpClientOptions options() {
        return new HttpClientOptions()
                .setConnectTimeout((int) timeout.toMillis())
                .setSslHandshakeTimeout(timeout.toMillis())
                .setSslHandshakeTimeoutUnit(TimeUnit.MILLISECONDS)
                .setKeepAlive(false)
                .setDecompressionSupported(false);
    }

    private Future<Buffer> exchange(HttpClientRequest request) {
        // Asked of the connection itself, so that a name cannot resolve to one address for the check and another for
        // use.
        Optional<String> objection =
                targets.objection(uri.getHost(), request.connection().remoteAddress());
        if (objection.isPresent()) {
            return request.reset()
                    .transform(
                            done -> failed("its host led to an address to which nothing is sent: " + objection.get()));
        }
        return request.send().compose(JwksFetch::body);
    }

    private static Future<Buffer> body(HttpClientResponse response) {
        String encoding = response.getHeader(HttpHeaders.CONTENT_ENCODING);
        if (response.statusCode() != OK) {
            return failed("it answered " + response.statusCode());
        }
        if (encoding != null && !HttpHeaders.IDENTITY.toString().equalsIgnoreCase(encoding)) {
            return failed("its answer is compressed");
        }
        Promise<Buffer> whole = Promise.promise();
        Buffer read = Buffer.buffer();
        response.handler(part -> {
            if (read.length() + part.length() > MAX_BYTES) {
                whole.tryFail(new JwksUnavailable("its answer is longer than " + MAX_BYTES + " bytes"));
            } else {
                read.appendBuffer(part);
            }
        });
        response.exceptionHandler(whole::tryFail);
        response.endHandler(end -> whole.tryComplete(read));
        return whole.future();
    }

    private static <T> Future<T> failed(String why) {
        return Future.failedFuture(new JwksUnavailable(why));
    }

    private JwksUnavailable plain(Throwable failure) {
        if (failure instanceof JwksUnavailable known) {
            return known;
        }
        return new JwksUnavailable(
                failure instanceof TimeoutException
                        ? "it did not answer within " + timeout.toMillis() + " ms"
                        : "it cannot be reached (" + failure.getClass().getSimpleName() + ")");
    }
}
