package dev.tiergate.plugin.webhook;

import dev.tiergate.plugin.SinkContext;
import io.vertx.core.AsyncResult;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpClientResponse;
import org.jspecify.annotations.Nullable;

/** One request, cut off at the deadline wherever it is by then. What it fails with names neither URL nor key. */
final class Attempt {

    private static final int OK = 200;
    private static final int REDIRECTION = 300;

    private final SinkContext context;
    private final String host;
    private final Buffer body;
    private final Promise<Void> outcome = Promise.promise();
    private final long timer;
    private @Nullable HttpClientRequest request;
    private boolean late;

    Attempt(SinkContext context, String host, Buffer body) {
        this.context = context;
        this.host = host;
        this.body = body;
        this.timer = context.vertx().setTimer(context.deadline().toMillis(), due -> cutOff());
    }

    Future<Void> outcome() {
        return outcome.future();
    }

    private void cutOff() {
        late = true;
        outcome.tryFail("it did not answer within " + context.deadline().toMillis() + " ms");
        if (request != null) {
            request.reset();
        }
    }

    void connected(AsyncResult<HttpClientRequest> connected) {
        if (connected.failed()) {
            failed(connected.cause());
            return;
        }
        var open = connected.result();
        var objection = context.targets().objection(host, open.connection().remoteAddress());
        if (late || objection.isPresent()) {
            open.reset();
            objection.ifPresent(why -> end("its host led to an address to which nothing is sent: " + why));
        } else {
            request = open;
            open.send(body).onSuccess(this::answered).onFailure(this::failed);
        }
    }

    /** What stands in the body is of no interest, but the connection is free only after it. */
    private void answered(HttpClientResponse response) {
        int status = response.statusCode();
        response.end().onSuccess(read -> context.vertx().cancelTimer(timer));
        if (status >= OK && status < REDIRECTION) {
            outcome.tryComplete();
        } else {
            outcome.tryFail("it answered " + status);
        }
    }

    private void failed(Throwable fault) {
        end("it cannot be reached (" + fault.getClass().getSimpleName() + ")");
    }

    private void end(String why) {
        context.vertx().cancelTimer(timer);
        outcome.tryFail(why);
    }
}
