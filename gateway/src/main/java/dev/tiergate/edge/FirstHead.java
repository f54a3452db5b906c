package dev.tiergate.edge;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler.Sharable;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;

/**
 * Closes accepted connections on which no first head came in time. In clear text Vert.x knows a connection only once that head
 * is whole, and tells HTTP/1 from HTTP/2 by it: until then {@link OpenConnections} does not see it.
 */
@Sharable
final class FirstHead extends ChannelInboundHandlerAdapter {

    /** Vert.x's own handlers that stand in a pipeline until it is known which protocol it speaks. */
    private static final Pattern UNDECIDED = Pattern.compile(
            "io\\.vertx\\.core\\.http\\.impl\\.(HttpServerConnectionInitializer\\$.*|Http1xUpgradeToH2CHandler)");

    private final Duration limit;

    private FirstHead(Duration limit) {
        this.limit = limit;
    }

    /** Every listener made from this has the limit. */
    static void watch(ServerBootstrap listener, Duration limit) {
        listener.handler(new FirstHead(limit));
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object accepted) {
        if (accepted instanceof Channel connection) {
            var look = context.executor().schedule(() -> look(connection), limit.toMillis(), TimeUnit.MILLISECONDS);
            connection.closeFuture().addListener(closed -> look.cancel(false));
        }
        context.fireChannelRead(accepted);
    }

    private static void look(Channel connection) {
        var handlers = connection.pipeline().toMap().values();
        if (handlers.stream()
                .anyMatch(handler ->
                        UNDECIDED.matcher(handler.getClass().getName()).matches())) {
            var unused = connection.close(); // whether it went well tells nobody anything
        }
    }
}
