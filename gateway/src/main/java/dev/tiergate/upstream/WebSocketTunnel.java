package dev.tiergate.upstream;

import dev.tiergate.plugin.Refuse;
import io.vertx.core.MultiMap;
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
    private final ReverseProxy proxy;
    private final NetSocket client;
    private final NetSocket upstream;
    private final Inflow fromClient;
    private final Inflow fromUpstream;
    private final FrameEdges frames = new FrameEdges();
    private @Nullable Buffer last;

    private WebSocketTunnel(
            Exchange exchange, ReverseProxy proxy, NetSocket client, NetSocket upstream, Inflow fromUpstream) {
        this.exchange = exchange;
        this.proxy = proxy;
        this.client = client;
        this.upstream = upstream;
        this.fromClient = new Inflow(client, true, exchange::tunnelClosed);
        this.fromUpstream = fromUpstream;
    }

    /** Once the client's connection is a socket like the upstream's. */
    static void open(
            Exchange exchange,
            ReverseProxy proxy,
            HttpServerRequest request,
            HttpClientResponse answer,
            ResponseHead head) {
        MultiMap headers = request.response().headers();
        Headers.toClient(answer.headers(), headers, false);
        headers.set(HttpHeaders.CONNECTION, HttpHeaders.UPGRADE);
        headers.set(Upgrade.HEADER, Upgrade.WEBSOCKET_TOKEN);
        head.prepare(answer.statusCode(), headers);
        NetSocket upstream = answer.netSocket();
        var fromUpstream = new Inflow(upstream, true, exchange::tunnelClosed);
        upstream.pause();
        upstream.closeHandler(closed -> fromUpstream.connectionEnded());
        upstream.exceptionHandler(failure -> fromUpstream.connectionEnded());
        request.toNetSocket().onComplete((client, failure) -> {
            if (client == null) {
                exchange.clientGone();
            } else if (exchange.over()) {
                client.close();
            } else {
                var tunnel = new WebSocketTunnel(exchange, proxy, client, upstream, fromUpstream);
                tunnel.join();
                exchange.tunnelOpened(tunnel);
            }
        });
    }

    /**
     * A side that is gone takes nothing: what waits for it is let go, and dropped. One that is reset has nothing to say. What
     * else it sent goes out first: what is held up waits for as long as {@link Exchange} may be idle, what was written for
     * {@link Withdrawal}'s last frames.
     */
    private void join() {
        client.closeHandler(closed -> {
            fromClient.connectionEnded();
            fromUpstream.release();
        });
        client.exceptionHandler(failure -> exchange.tunnelClosed());
        upstream.closeHandler(closed -> {
            fromUpstream.connectionEnded();
            fromClient.release();
        });
        client.handler(bytes -> pass(bytes, fromClient, upstream, fromUpstream));
        upstream.handler(this::toClient);
        upstream.drainHandler(drained -> fromClient.release());
        client.drainHandler(drained -> fromUpstream.release());
        fromUpstream.release();
        fromClient.release();
    }

    private void toClient(Buffer bytes) {
        Buffer farewell = last;
        if (farewell == null) {
            frames.pass(bytes);
            pass(bytes, fromUpstream, client, fromClient);
            return;
        }
        int end = exchange.over() ? FrameEdges.NONE : frames.firstEnd(bytes, 0);
        if (end == FrameEdges.NONE) {
            pass(bytes, fromUpstream, client, fromClient);
        } else {
            pass(bytes.slice(0, end), fromUpstream, client, fromClient);
            leave(farewell);
        }
    }

    /**
     * @param from takes no more until that has gone out
     * @param back what comes from the side that they go to
     */
    private void pass(Buffer bytes, Inflow from, NetSocket to, Inflow back) {
        if (exchange.over() || back.over()) {
            return;
        }
        exchange.moved();
        to.write(bytes);
        if (to.writeQueueFull()) {
            from.hold();
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
            proxy.vertx().setTimer(PATIENCE.toMillis(), late -> {
                if (!exchange.over()) {
                    exchange.cutOff(this::closeClient);
                }
            });
        }
    }

    /** What the client still sends is read and dropped: unread, it would reset the connection before the frame is read. */
    private void leave(Buffer farewell) {
        exchange.cutOff(() -> client.write(farewell));
        fromClient.release();
        long timer = proxy.vertx().setTimer(PATIENCE.toMillis(), late -> closeClient());
        client.closeHandler(closed -> proxy.vertx().cancelTimer(timer));
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
        BoundedClose.of(client, proxy.config().idleTimeout());
    }
}
