package dev.tiergate.upstream;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.net.NetSocket;

/** Two sockets as one: what comes in on one goes out on the other, no faster than that takes it, until one closes. */
final class Tunnel {

    private final Exchange exchange;
    private final NetSocket client;
    private final NetSocket upstream;

    Tunnel(Exchange exchange, NetSocket client, NetSocket upstream) {
        this.exchange = exchange;
        this.client = client;
        this.upstream = upstream;
    }

    void open() {
        client.closeHandler(closed -> exchange.tunnelClosed());
        upstream.closeHandler(closed -> exchange.tunnelClosed());
        client.exceptionHandler(failure -> exchange.tunnelClosed());
        upstream.exceptionHandler(failure -> exchange.tunnelClosed());
        pump(client, upstream);
        pump(upstream, client);
        upstream.resume();
        client.resume();
    }

    private void pump(NetSocket from, NetSocket to) {
        from.handler(bytes -> pass(bytes, from, to));
        to.drainHandler(drained -> from.resume());
    }

    private void pass(Buffer bytes, NetSocket from, NetSocket to) {
        if (exchange.over()) {
            return;
        }
        exchange.moved();
        to.write(bytes);
        if (to.writeQueueFull()) {
            from.pause();
        }
    }
}
