package dev.tiergate.upstream;

import dev.tiergate.plugin.OpenRequest;
import dev.tiergate.plugin.Outcome;
import dev.tiergate.plugin.Refuse;
import dev.tiergate.routes.UpstreamConfig;
import dev.tiergate.upstream.Forwarded.BrokenOff.By;
import io.netty.channel.ConnectTimeoutException;
import io.netty.handler.codec.http2.Http2Error;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.http.HttpVersion;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * One request on its way to an upstream and back: it waits for room, connects, sends, answers, and is over, once,
 * whatever ends it first. All of it happens on the request's event loop.
 */
final class Exchange extends Deadlines.Watched implements OpenRequest {

    private enum Phase {
        WAITING,
        CONNECTING,
        SENT,
        ANSWERED,
        OVER
    }

    private final ReverseProxy proxy;
    private final HttpServerRequest request;
    private final HttpServerResponse response;
    private final Forward forward;
    private final boolean upgrade;
    private final Promise<Forwarded> promise = Promise.promise();
    private Phase phase = Phase.WAITING;
    private int attempt;
    private int status;
    private List<Endpoint> tried = List.of();
    private Ticket ticket = Ticket.free();
    private @Nullable Endpoint endpoint;
    private @Nullable HttpClientRequest upstream;
    private @Nullable Upload upload;
    private @Nullable Download download;
    private @Nullable WebSocketTunnel tunnel;

    Exchange(ReverseProxy proxy, HttpServerRequest request, Forward forward) {
        this.proxy = proxy;
        this.request = request;
        this.response = request.response();
        this.forward = forward;
        this.upgrade = Upgrade.of(request) == Upgrade.WEBSOCKET;
    }

    Future<Forwarded> future() {
        return promise.future();
    }

    boolean upgrade() {
        return upgrade;
    }

    boolean over() {
        return phase == Phase.OVER;
    }

    // The way out

    void start() {
        forward.head().began(this);
        if (over()) {
            return;
        }
        if (response.closed()) {
            leave(Outcome.NOT_SENT);
        } else if (request.version() == HttpVersion.HTTP_2 && !Headers.areValid(request.headers())) {
            notSent(Failures.BAD_FIELD);
        } else {
            response.exceptionHandler(failure -> clientGone());
            response.closeHandler(closed -> clientGone());
            proxy.admit(this);
        }
    }

    /** There is no room: it stands in the queue. */
    void queued() {
        proxy.deadlines().limit(this, proxy.config().connectTimeout());
    }

    void notSent(Refuse why) {
        fail(why, Outcome.NOT_SENT);
    }

    /** Has leave to be sent, and has taken room on this endpoint. */
    void begin(Endpoint first, Ticket taken) {
        ticket = taken;
        connect(first);
    }

    private void connect(Endpoint next) {
        phase = Phase.CONNECTING;
        endpoint = next;
        int current = ++attempt;
        proxy.deadlines().limit(this, proxy.config().connectTimeout());
        proxy.connect(next, upgrade).onComplete((connected, failure) -> {
            if (phase != Phase.CONNECTING || attempt != current) {
                if (connected != null) {
                    Withdrawal.ofUnsent(connected);
                }
                proxy.giveBack(next);
            } else if (connected == null) {
                proxy.giveBack(next);
                unreachable(next, failure);
            } else {
                send(connected);
            }
        });
    }

    private void unreachable(Endpoint failed, Throwable failure) {
        boolean crowded = proxy.crowded(failed, failure);
        if (!crowded) {
            proxy.failed(failed);
        }
        tried = new ArrayList<>(tried);
        tried.add(failed);
        Endpoint other = tried.size() < UpstreamConfig.MAX_CONNECTS ? proxy.take(tried) : null;
        if (other != null) {
            connect(other);
        } else if (crowded) {
            notSent(Failures.OVERLOADED);
        } else {
            ticket.failed();
            boolean late = failure instanceof ConnectTimeoutException || failure instanceof TimeoutException;
            notSent(late ? Failures.NO_CONNECTION_IN_TIME : Failures.UNREACHABLE);
        }
    }

    private void send(HttpClientRequest connected) {
        upstream = connected;
        phase = Phase.SENT;
        proxy.prepare(connected, request, forward, upgrade);
        connected.exceptionHandler(failure -> {}); // the response fails too, or its body
        connected.response().onComplete((answer, failure) -> {
            if (answer == null) {
                upstreamBroke();
            } else {
                answered(answer);
            }
        });
        if (upgrade) {
            connected.connect();
            uploaded();
            return;
        }
        proxy.deadlines().idle(this, proxy.config().idleTimeout());
        proxy.uploading(ticket);
        if (HopByHop.hasToken(request.headers().get(HttpHeaders.EXPECT), "100-continue") && !request.isEnded()) {
            response.writeContinue();
        }
        upload = new Upload(this, request, connected, forward.read(), forward.maxBody());
        upload.start();
    }

    /** The last byte of the request was handed over: from now on the upstream's time runs. */
    void uploaded() {
        if (phase == Phase.SENT) {
            proxy.deadlines().forget(ticket);
            proxy.deadlines().limit(this, proxy.config().responseTimeout());
        }
    }

    // The way back

    private void answered(HttpClientResponse answer) {
        if (phase != Phase.SENT) {
            return;
        }
        answer.exceptionHandler(failure -> upstreamBroke());
        boolean switched = upgrade && answer.statusCode() == 101;
        String fault = switched ? null : Download.fault(answer);
        if (fault != null) {
            proxy.badHead(fault);
            upstreamBroke();
            return;
        }
        phase = Phase.ANSWERED;
        status = answer.statusCode();
        proxy.deadlines().idle(this, proxy.config().idleTimeout());
        proxy.answered(endpoint, answer);
        ticket.answered(status);
        Settling.answered(forward.settlement(), Outcome.answered(status, answer.headers()));
        Future<Void> recorded = Settling.recorded(forward.settlement());
        boolean waits = !recorded.isComplete();
        if (waits) {
            answer.pause();
        }
        if (!switched) {
            download = new Download(this, request, answer, forward.head(), waits);
        }
        recorded.onComplete(done -> passOn(answer));
    }

    private void passOn(HttpClientResponse answer) {
        if (over()) {
            return;
        }
        try {
            if (download == null) {
                WebSocketTunnel.open(this, proxy, request, answer, forward.head());
            } else {
                download.start();
            }
        } catch (IllegalArgumentException e) {
            proxy.badHead("The upstream sent a header field that cannot be passed on");
            upstreamBroke();
        }
    }

    void tunnelOpened(WebSocketTunnel opened) {
        tunnel = opened;
        forward.head().streams();
    }

    void tunnelClosed() {
        if (!over()) {
            close(true);
            closeClient();
            end(new Forwarded.Answered(status));
        }
    }

    /** The response went out whole. */
    void finished() {
        if (over()) {
            return;
        }
        boolean uploading = upload != null && !upload.finished();
        // After a refused upgrade or half a request the upstream's connection is of no further use.
        close(upgrade || uploading);
        if (uploading && !request.isEnded()) {
            Leftover.drop(proxy.vertx(), request, proxy.config().idleTimeout());
        }
        end(new Forwarded.Answered(status));
    }

    // What can go wrong

    /** The body turned out to be longer than it may be. */
    void bodyTooLarge() {
        if (phase == Phase.SENT) {
            fail(Failures.BODY_TOO_LARGE, Outcome.BROKEN_OFF);
        } else if (phase == Phase.ANSWERED) {
            breakOff(By.CLIENT);
        }
    }

    void upstreamBroke() {
        switch (phase) {
            case SENT -> {
                failed();
                fail(Failures.BROKEN_OFF, Outcome.BROKEN_OFF);
            }
            case ANSWERED -> breakOff(By.UPSTREAM);
            case WAITING, CONNECTING, OVER -> {}
        }
    }

    void clientGone() {
        if (download != null && response.ended()) {
            return; // HTTP/2 closes a stream as its last byte is written; what is left to come is the upstream's end
        }
        switch (phase) {
            case WAITING, CONNECTING -> leave(Outcome.NOT_SENT);
            case SENT -> leave(Outcome.CLIENT_GONE);
            case ANSWERED -> breakOff(By.CLIENT);
            case OVER -> {}
        }
    }

    @Override
    void expired() {
        switch (phase) {
            case WAITING -> notSent(Failures.OVERLOADED);
            case CONNECTING -> {
                attempt++;
                Endpoint late = endpoint;
                if (late != null) {
                    unreachable(late, new TimeoutException());
                }
            }
            case SENT -> late();
            case ANSWERED -> breakOff(By.IDLE);
            case OVER -> {}
        }
    }

    private void late() {
        if (upload != null && upload.starved()) {
            fail(Failures.BODY_LATE, Outcome.BROKEN_OFF);
        } else {
            failed();
            fail(Failures.LATE, Outcome.TIMED_OUT);
        }
    }

    private void failed() {
        proxy.failed(endpoint);
        ticket.failed();
    }

    /** Never a clean end: a body cut short must not look whole. */
    private void breakOff(By by) {
        close(true);
        closeClient();
        end(new Forwarded.BrokenOff(by, status));
    }

    @Override
    public void cutOff(Refuse why) {
        if (phase == Phase.ANSWERED) {
            cutOffResponse(why);
        } else if (!over()) {
            fail(why, phase == Phase.SENT ? Outcome.CLIENT_GONE : Outcome.NOT_SENT);
        }
    }

    private void cutOffResponse(Refuse why) {
        if (tunnel != null) {
            tunnel.cutOff(why);
        } else if (download == null || !download.isEndless()) {
            breakOff(By.GATE);
        } else {
            cutOff(download::endResponse);
        }
    }

    /** @param farewell said to the client at the end */
    void cutOff(Runnable farewell) {
        close(true);
        farewell.run();
        if (tunnel == null && !request.isEnded()) {
            Leftover.drop(proxy.vertx(), request, proxy.config().idleTimeout());
        }
        end(new Forwarded.BrokenOff(By.GATE, status));
    }

    private void closeClient() {
        if (tunnel != null) {
            tunnel.closeClient();
        } else {
            response.reset(Http2Error.INTERNAL_ERROR.code());
        }
    }

    private void leave(Outcome outcome) {
        close(true);
        Settling.answered(forward.settlement(), outcome);
        end(new Forwarded.BrokenOff(By.CLIENT, 0));
    }

    private void fail(Refuse refuse, Outcome outcome) {
        close(true);
        response.exceptionHandler(null).closeHandler(null).drainHandler(null);
        if (!request.isEnded()) {
            request.handler(null).endHandler(null).pause();
        }
        Settling.answered(forward.settlement(), outcome);
        Settling.recorded(forward.settlement()).onComplete(done -> end(new Forwarded.Failed(refuse)));
    }

    /** From here on nothing that happens is this exchange's concern, its own reset of the upstream least of all. */
    private void close(boolean reset) {
        phase = Phase.OVER;
        proxy.deadlines().forget(this);
        proxy.deadlines().forget(ticket);
        proxy.leave(this);
        if (reset && upstream != null) {
            Withdrawal.ofSent(upstream, upload != null && upload.finished(), upload == null);
        }
    }

    private void end(Forwarded forwarded) {
        Settling.ended(forward.settlement());
        ticket.giveBack();
        if (upstream != null && endpoint != null) {
            proxy.giveBack(endpoint);
        }
        proxy.ended();
        promise.complete(forwarded);
    }
}
