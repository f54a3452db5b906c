package dev.tiergate.entitlement;

import io.vertx.core.Vertx;
import io.vertx.core.net.NetClientOptions;
import io.vertx.pgclient.PgBuilder;
import io.vertx.pgclient.PgConnectOptions;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.PoolOptions;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/** The connections to PostgreSQL that load stores and the catalogue, with every wait and every queue bounded. */
final class DatabasePool {

    private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(1);
    /** PostgreSQL itself ends a statement that takes longer. */
    private static final Duration STATEMENT_TIMEOUT = Duration.ofMillis(500);
    /** A connection on which nothing came for so long is given up, so that a dead peer holds no place for ever. */
    private static final Duration SOCKET_IDLE = Duration.ofSeconds(30);
    /** Less, so that the pool closes a connection before its socket ends. */
    private static final Duration POOL_IDLE = Duration.ofSeconds(20);

    private DatabasePool() {}

    /**
     * @param connections at most
     * @param waiting queries that may wait for one; more fail at once
     */
    static Pool open(Vertx vertx, PgConnectOptions options, int connections, int waiting) {
        var bounded = new PgConnectOptions(options)
                .setCachePreparedStatements(true)
                .addProperty("statement_timeout", Long.toString(STATEMENT_TIMEOUT.toMillis()));
        return PgBuilder.pool()
                .connectingTo(bounded)
                .with(new PoolOptions()
                        .setMaxSize(connections)
                        .setMaxWaitQueueSize(waiting)
                        .setConnectionTimeout((int) CONNECT_TIMEOUT.toMillis())
                        .setConnectionTimeoutUnit(TimeUnit.MILLISECONDS)
                        .setIdleTimeout((int) POOL_IDLE.toMillis())
                        .setIdleTimeoutUnit(TimeUnit.MILLISECONDS))
                .with(new NetClientOptions()
                        .setConnectTimeout((int) CONNECT_TIMEOUT.toMillis())
                        .setTcpKeepAlive(true)
                        .setReadIdleTimeout((int) SOCKET_IDLE.toMillis())
                        .setIdleTimeoutUnit(TimeUnit.MILLISECONDS))
                .using(vertx)
                .build();
    }
}
