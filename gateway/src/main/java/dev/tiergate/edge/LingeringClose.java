package dev.tiergate.edge;

import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.socket.DuplexChannel;
import io.netty.handler.ssl.SslHandler;
import io.netty.util.ReferenceCountUtil;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.impl.HttpServerConnection;
import java.util.concurrent.TimeUnit;

/**
 * Ends an HTTP/1 connection whose client may still be sending. Closing it at once could cost the client the answer: our side
 * ends, and what still comes is dropped unread for a while (RFC 9112, section 9.6).
 */
final class LingeringClose extends ChannelInboundHandlerAdapter {

    private static final long MOST_SECONDS = 5;

    private LingeringClose() {}

    /** Called when the last answer was written. */
    static void of(HttpServerRequest request) {
        if (request.isEnded() || !(request.connection() instanceof HttpServerConnection connection)) {
            request.connection().close();
            return;
        }
        var channel = connection.channelHandlerContext().channel();
        channel.pipeline().addFirst(new LingeringClose());
        channel.config().setAutoRead(true);
        finish(channel);
        var late = channel.eventLoop().schedule(() -> end(channel), MOST_SECONDS, TimeUnit.SECONDS);
        channel.closeFuture().addListener(closed -> late.cancel(false));
    }

    /** TLS has no half of a connection to close: there the answer's own length and {@code Connection: close} tell the end. */
    private static void finish(Channel channel) {
        if (channel instanceof DuplexChannel duplex && channel.pipeline().get(SslHandler.class) == null) {
            var unused = duplex.shutdownOutput(); // a client that is gone already is no news
        }
    }

    private static void end(Channel channel) {
        var unused = channel.close(); // whether it went well tells nobody anything
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object bytes) {
        ReferenceCountUtil.release(bytes);
    }
}
