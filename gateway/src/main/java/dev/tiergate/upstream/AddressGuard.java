package dev.tiergate.upstream;

import dev.tiergate.routes.TargetRule;
import dev.tiergate.telemetry.GateMetrics;
import dev.tiergate.telemetry.Lately;
import io.vertx.core.Future;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.net.SocketAddress;
import java.net.URI;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps an upstream's names from leading to an address that routes.yaml must not name. The connection itself is asked, so
 * that a name cannot resolve to one address for the check and to another for use.
 */
final class AddressGuard {

    private static final Logger LOG = LoggerFactory.getLogger(AddressGuard.class);

    /** Each request asks of its connection, and what a target rule says seldom changes. */
    private static final long HOLDS = Duration.ofSeconds(1).toNanos();

    private final String upstream;
    private final TargetRule targets;
    private final GateMetrics metrics;
    private final LongSupplier clock;
    private final Lately logged;

    /** The hosts whose connections led to an address without objection since {@link #passedSince}. */
    private final Map<SocketAddress, String> passed = new HashMap<>();

    private long passedSince;

    /** @param clock nanoseconds of the monotonic clock */
    AddressGuard(String upstream, TargetRule targets, GateMetrics metrics, LongSupplier clock) {
        this.upstream = upstream;
        this.targets = targets;
        this.metrics = metrics;
        this.clock = clock;
        this.logged = new Lately(clock);
        this.passedSince = clock.getAsLong();
        metrics.countsRefusedAddresses(upstream);
    }

    /**
     * The same request; fails when the connection leads where nothing may be sent, after which nothing was sent and the
     * connection is closed.
     */
    Future<HttpClientRequest> watch(URI endpoint, Future<HttpClientRequest> connected) {
        return connected.compose(request -> {
            SocketAddress remote = request.connection().remoteAddress();
            Optional<String> objection = objection(endpoint.getHost(), remote);
            if (objection.isEmpty()) {
                return connected;
            }
            Withdrawal.ofConnection(request);
            refused(endpoint.getHost(), remote, objection.get());
            return Future.failedFuture(new RefusedAddressException(objection.get()));
        });
    }

    /** Why nothing may be sent to where a connection led; empty when it may. */
    Optional<String> objection(String host, @Nullable SocketAddress remote) {
        long now = clock.getAsLong();
        if (now - passedSince >= HOLDS) {
            passed.clear();
            passedSince = now;
        }
        if (remote != null && host.equals(passed.get(remote))) {
            return Optional.empty();
        }
        Optional<String> objection = targets.objection(host, remote);
        if (remote != null && objection.isEmpty()) {
            passed.put(remote, host);
        }
        return objection;
    }

    /** Each request would be a line of the log otherwise. */
    private void refused(String host, @Nullable SocketAddress remote, String objection) {
        metrics.addressRefused(upstream);
        if (logged.begins()) {
            String address = remote == null ? null : remote.hostAddress();
            LOG.warn("{}: {} led to {}, to which nothing is sent: {}", upstream, host, address, objection);
        }
    }

    /** Nothing was sent, nor will be to this address. */
    private static final class RefusedAddressException extends RuntimeException {

        private static final long serialVersionUID = 1;

        RefusedAddressException(String objection) {
            super(objection, null, false, false);
        }
    }
}
