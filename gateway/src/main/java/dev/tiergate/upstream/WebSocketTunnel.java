package dev.tiergate.upstream;

import dev.tiergate.plugin.Refuse;
import io.vertx.core.MultiMap;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.net.NetSocket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** Two sockets as one: what comes in on one goes out on the other, no faster than that takes it, until one closes. */
final class WebSocketTunnel {

    /** How long a frame may still take to end before the gateway's own, and the client then to close its side. */
    private static final Duration PATIENCE = Duration.ofSeconds(1);

    /** RFC 6455, section 7.4.1 and its registry: against a policy; try again later. */
    private static final int POLICY = 1008;

    private static final int TRY_AGAIN_LATER = 1013;
    private static final int FIRST_FAULT = 500;

    private static final int CLOSE = 0x88;
    private static final int LONGEST_REASON = 123;

    private final Exchange exchange;
    private final Vertx vertx;
    private final NetSocket client;
    private final NetSocket upstream;
    private final Inflow inflow;
    private final FrameEdges frames = new FrameEdges();
    private @Nullable Buffer last;

    private WebSocketTunnel(Exchange exchange, Vertx vertx, NetSocket client, NetSocket upstream, Inflow inflow) {
        this.exchange = exchange;
        this.vertx = vertx;
        this.client = client;
        this.upstream = upstream;
        this.inflow = inflow;
    }

    /** Once the client's connection is a socket like the upstream's. */
    static void open(
            Exchange exchange, Vertx vertx, HttpServerRequest request, HttpClientResponse answer, ResponseHead head) {
        MultiMap headers = request.response().headers();
        Headers.toClient(answer.headers(), headers, false);
        headers.set(HttpHeaders.CONNECTION, HttpHeaders.UPGRADE);
        headers.set(Upgrade.HEADER, Upgrade.WEBSOCKET_TOKEN);
        head.prepare(answer.statusCode(), headers);
        NetSocket upstream = answer.netSocket();
        var inflow = new Inflow(upstream, true, exchange::tunnelClosed);
        upstream.pause();
        upstream.closeHandler(closed -> inflow.connectionEnded());
        upstream.exceptionHandler(failure -> inflow.connectionEnded());
        request.toNetSocket().onComplete((client, failure) -> {
            if (client == null) {
                exchange.clientGone();
            } else if (exchange.over()) {
                client.close();
            } else {
                var tunnel = new WebSocketTunnel(exchange, vertx, client, upstream, inflow);
                tunnel.join();
                exchange.tunnelOpened(tunnel);
            }
        });
    }

    private void join() {
        client.closeHandler(closed -> exchange.tunnelClosed());
        client.exceptionHandler(failure -> exchange.tunnelClosed());
        client.handler(bytes -> pass(bytes, upstream, client::pause));
        upstream.handler(this::toClient);
        upstream.drainHandler(drained -> client.resume());
        client.drainHandler(drained -> inflow.release());
        inflow.release();
        client.resume();
    }

    private void toClient(Buffer bytes) {
        Buffer farewell = last;
        if (farewell == null) {
            frames.pass(bytes);
            pass(bytes, client, inflow::hold);
            return;
        }
        int end = exchange.over() ? FrameEdges.NONE : frames.firstEnd(bytes, 0);
        if (end == FrameEdges.NONE) {
            pass(bytes, client, inflow::hold);
        } else {
            pass(bytes.slice(0, end), client, inflow::hold);
            leave(farewell);
        }
    }

    /** @param hold takes no more until that has gone out */
    private void pass(Buffer bytes, NetSocket to, Runnable hold) {
        if (exchange.over() || (to == upstream && inflow.over())) {
            return;
        }
        exchange.moved();
        to.write(bytes);
        if (to.writeQueueFull()) {
            hold.run();
        }
    }

    /** Closes the WebSocket, between two frames of the upstream's. */
    void cutOff(Refuse why) {
        if (last != null) {
            return;
        }
        Buffer farewell = close(why);
        last = farewell;
        if (frames.between()) {
            leave(farewell);
        } else {
            vertx.setTimer(PATIENCE.toMillis(), late -> {
                if (!exchange.over()) {
                    exchange.cutOff(this::closeClient);
                }
            });
        }
    }

    /** What the client still sends is read and dropped: unread, it would reset the connection before the frame is read. */
    private void leave(Buffer farewell) {
        exchange.cutOff(() -> client.write(farewell));
        client.resume();
        long timer = vertx.setTimer(PATIENCE.toMillis(), late -> closeClient());
        client.closeHandler(closed -> vertx.cancelTimer(timer));
    }

    private static Buffer close(Refuse why) {
        byte[] code = why.reason().code().getBytes(StandardCharsets.UTF_8);
        int length = Math.min(code.length, LONGEST_REASON);
        int status = why.reason().status() < FIRST_FAULT ? POLICY : TRY_AGAIN_LATER;
        return Buffer.buffer()
                .appendByte((byte) CLOSE)
                .appendByte((byte) (2 + length))
                .appendShort((short) status)
                .appendBytes(code, 0, length);
    }

    void closeClient() {
        client.close();
    }
}
