package dev.tiergate.limits;

import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.net.NetSocket;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** A line on which answers take their time, in order. */
final class SlowLine implements AutoCloseable {

    private final Vertx vertx = Vertx.vertx();
    private final Set<NetSocket> open = ConcurrentHashMap.newKeySet();
    private volatile long delayMillis;
    private int port;

    /** To a port of this host. */
    static SlowLine to(int server) {
        var line = new SlowLine();
        var listening = line.vertx.createNetServer().connectHandler(near -> {
            near.pause();
            line.vertx
                    .createNetClient()
                    .connect(server, "127.0.0.1")
                    .onSuccess(far -> line.join(near, far))
                    .onFailure(refused -> near.close());
        });
        line.port = LedgerNode.await(listening.listen(0, "127.0.0.1")).actualPort();
        return line;
    }

    private void join(NetSocket near, NetSocket far) {
        Queue<Buffer> late = new ArrayDeque<>();
        far.handler(bytes -> {
            late.add(bytes);
            vertx.setTimer(1 + delayMillis, due -> near.write(late.remove()));
        });
        near.handler(far::write);
        open.add(near);
        near.closeHandler(closed -> {
            open.remove(near);
            far.close();
        });
        far.closeHandler(closed -> near.close());
        near.resume();
    }

    void delay(Duration time) {
        delayMillis = time.toMillis();
    }

    /** Loses what was not answered yet. */
    void cut() {
        open.forEach(NetSocket::close);
    }

    String uri() {
        return "redis://127.0.0.1:" + port;
    }

    @Override
    public void close() {
        LedgerNode.await(vertx.close());
    }
}
