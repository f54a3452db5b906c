package dev.tiergate.upstream;

import io.netty.channel.ChannelHandlerContext;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.net.NetSocket;
import io.vertx.core.net.impl.ConnectionBase;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/**
 * Closes a connection whose other end may never take what is still to go out: Vert.x alone waits for that as long as the
 * other end sends.
 */
public final class BoundedClose {

    private BoundedClose() {}

    /** @param patience how long that may take */
    public static void of(HttpConnection connection, Duration patience) {
        connection.close();
        force(connection, patience);
    }

    /** @param patience how long that may take */
    static void of(NetSocket socket, Duration patience) {
        socket.close();
        force(socket, patience);
    }

    private static void force(Object connection, Duration patience) {
        if (connection instanceof ConnectionBase base) {
            ChannelHandlerContext channel = base.channelHandlerContext();
            Runnable close = () -> {
                var unused = channel.close(); // whether it went well tells nobody anything
            };
            var late = channel.executor().schedule(close, patience.toMillis(), TimeUnit.MILLISECONDS);
            channel.channel().closeFuture().addListener(closed -> late.cancel(false));
        }
    }
}
