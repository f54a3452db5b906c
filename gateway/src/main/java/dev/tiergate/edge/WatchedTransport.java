package dev.tiergate.edge;

import io.netty.bootstrap.Bootstrap;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFactory;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.ServerChannel;
import io.netty.channel.socket.DatagramChannel;
import io.vertx.core.datagram.DatagramSocketOptions;
import io.vertx.core.net.ClientOptionsBase;
import io.vertx.core.net.NetServerOptions;
import io.vertx.core.net.SocketAddress;
import io.vertx.core.spi.transport.Transport;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.ThreadFactory;
import org.jspecify.annotations.Nullable;

/** A transport whose listeners have a {@link FirstHead}: Vert.x offers no other way to their connections. */
public final class WatchedTransport implements Transport, io.vertx.core.transport.Transport {

    private final io.vertx.core.transport.Transport chosen;
    private final Transport inner;
    private final Duration firstHead;

    private WatchedTransport(io.vertx.core.transport.Transport chosen, Duration firstHead) {
        this.chosen = chosen;
        this.inner = chosen.implementation();
        this.firstHead = firstHead;
    }

    /**
     * @param ioUring whether to use io_uring, which has to be there, rather than the platform's own
     * @param firstHead how long a client may take to send its first head
     */
    public static WatchedTransport of(boolean ioUring, Duration firstHead) {
        return new WatchedTransport(
                ioUring ? Objects.requireNonNull(io.vertx.core.transport.Transport.IO_URING) : platforms(), firstHead);
    }

    /** Epoll on Linux. */
    private static io.vertx.core.transport.Transport platforms() {
        io.vertx.core.transport.@Nullable Transport epoll = io.vertx.core.transport.Transport.EPOLL;
        return epoll != null && epoll.available() ? epoll : io.vertx.core.transport.Transport.NIO;
    }

    /** Why sockets cannot be served by io_uring here; empty where they can. */
    public static Optional<String> withoutIoUring() {
        io.vertx.core.transport.@Nullable Transport ioUring = io.vertx.core.transport.Transport.IO_URING;
        if (ioUring == null) {
            return Optional.of("this build has none for the platform");
        }
        Throwable cause = ioUring.unavailabilityCause();
        return ioUring.available()
                ? Optional.empty()
                : Optional.of(
                        cause == null || cause.getMessage() == null ? "the kernel refuses it" : cause.getMessage());
    }

    @Override
    public void configure(NetServerOptions options, boolean domainSocket, ServerBootstrap listener) {
        inner.configure(options, domainSocket, listener);
        FirstHead.watch(listener, firstHead);
    }

    @Override
    public String name() {
        return chosen.name();
    }

    @Override
    public boolean available() {
        return chosen.available();
    }

    @Override
    public Transport implementation() {
        return this;
    }

    @Override
    public boolean isAvailable() {
        return inner.isAvailable();
    }

    @Override
    public @Nullable Throwable unavailabilityCause() {
        return inner.unavailabilityCause();
    }

    @Override
    public boolean supportsDomainSockets() {
        return inner.supportsDomainSockets();
    }

    @Override
    public boolean supportFileRegion() {
        return inner.supportFileRegion();
    }

    @Override
    public java.net.SocketAddress convert(SocketAddress address) {
        return inner.convert(address);
    }

    @Override
    public SocketAddress convert(java.net.SocketAddress address) {
        return inner.convert(address);
    }

    @Override
    public IoHandlerFactory ioHandlerFactory() {
        return inner.ioHandlerFactory();
    }

    @Override
    public EventLoopGroup eventLoopGroup(int type, int threads, ThreadFactory factory, int ratio) {
        return inner.eventLoopGroup(type, threads, factory, ratio);
    }

    @Override
    public DatagramChannel datagramChannel() {
        return inner.datagramChannel();
    }

    @Override
    @SuppressWarnings("deprecation") // the interface's own type
    public DatagramChannel datagramChannel(io.netty.channel.socket.InternetProtocolFamily family) {
        return inner.datagramChannel(family);
    }

    @Override
    public ChannelFactory<? extends Channel> channelFactory(boolean domainSocket) {
        return inner.channelFactory(domainSocket);
    }

    @Override
    public ChannelFactory<? extends ServerChannel> serverChannelFactory(boolean domainSocket) {
        return inner.serverChannelFactory(domainSocket);
    }

    @Override
    public void configure(DatagramChannel channel, DatagramSocketOptions options) {
        inner.configure(channel, options);
    }

    @Override
    public void configure(ClientOptionsBase options, int connectTimeout, boolean domainSocket, Bootstrap client) {
        inner.configure(options, connectTimeout, domainSocket, client);
    }
}
