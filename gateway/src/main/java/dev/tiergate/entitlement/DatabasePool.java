package dev.tiergate.entitlement;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.net.NetClientOptions;
import io.vertx.pgclient.PgBuilder;
import io.vertx.pgclient.PgConnectOptions;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.PoolOptions;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/** Connections to PostgreSQL, with every wait and every queue bounded. */
public final class DatabasePool {

    /**
     * Of a node, to load stores and the catalogue; {@link ChangeFeed} has one more. A load is one short statement, so that few
     * are enough, and a score of nodes has room in the 100 that PostgreSQL allows by itself.
     */
    static final int LOADING_CONNECTIONS = 4;

    private static final Duration LOADING_CONNECT_TIMEOUT = Duration.ofSeconds(1);
    /** PostgreSQL itself ends a load that takes longer. */
    private static final Duration LOADING_STATEMENT_TIMEOUT = Duration.ofMillis(500);

    private static final Duration LOADING_SOCKET_IDLE = Duration.ofSeconds(30);

    /** Less than any socket's, so that the pool closes a connection before its socket ends. */
    private static final Duration POOL_IDLE = Duration.ofSeconds(20);

    private DatabasePool() {}

    /**
     * What a pool may take.
     *
     * @param connections at most
     * @param waiting queries that may wait for one; more fail at once
     * @param connectTimeout of a connection to be opened, and of the wait for one
     * @param socketIdle a connection on which nothing came for so long is given up, so that a dead peer holds no place for
     *     ever; more than 20 s
     */
    public record Bounds(int connections, int waiting, Duration connectTimeout, Duration socketIdle) {}

    /**
     * For loads.
     *
     * @param options asked for at each connection
     * @param connections at most
     * @param waiting queries that may wait for one; more fail at once
     */
    static Pool forLoads(Vertx vertx, Supplier<PgConnectOptions> options, int connections, int waiting) {
        return open(
                vertx,
                () -> forLoad(options.get()),
                new Bounds(connections, waiting, LOADING_CONNECT_TIMEOUT, LOADING_SOCKET_IDLE));
    }

    /**
     * Connects to nothing yet.
     *
     * @param options asked for at each connection, as a password may have changed; how long a statement may take among them
     */
    public static Pool open(Vertx vertx, Supplier<PgConnectOptions> options, Bounds bounds) {
        return PgBuilder.pool()
                .connectingTo(() -> Future.succeededFuture(options.get().setCachePreparedStatements(true)))
                .with(new PoolOptions()
                        .setMaxSize(bounds.connections())
                        .setMaxWaitQueueSize(bounds.waiting())
                        .setConnectionTimeout((int) bounds.connectTimeout().toMillis())
                        .setConnectionTimeoutUnit(TimeUnit.MILLISECONDS)
                        .setIdleTimeout((int) POOL_IDLE.toMillis())
                        .setIdleTimeoutUnit(TimeUnit.MILLISECONDS))
                .with(new NetClientOptions()
                        .setConnectTimeout((int) bounds.connectTimeout().toMillis())
                        .setTcpKeepAlive(true)
                        .setReadIdleTimeout((int) bounds.socketIdle().toMillis())
                        .setIdleTimeoutUnit(TimeUnit.MILLISECONDS))
                .using(vertx)
                .build();
    }

    private static PgConnectOptions forLoad(PgConnectOptions options) {
        options.addProperty("statement_timeout", Long.toString(LOADING_STATEMENT_TIMEOUT.toMillis()));
        return options;
    }
}
