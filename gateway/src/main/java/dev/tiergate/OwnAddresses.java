package dev.tiergate;

import dev.tiergate.routes.Cidr;
import dev.tiergate.routes.IpAddress;
import dev.tiergate.routes.TargetRule.Reserved;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.URI;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Where the gateway's own Redis, PostgreSQL and admin listener stand. A place on this machine stands for all addresses of
 * this machine: who listens on one often listens on all.
 */
final class OwnAddresses implements Reserved {

    /** Names of stores seldom get other addresses; what resolves late is found within this time. */
    private static final Duration EVERY = Duration.ofSeconds(10);

    /** A name server that does not answer must not keep the listeners shut. */
    private static final Duration NAME_SERVERS = Duration.ofSeconds(2);

    private static final int POSTGRESQL_PORT = 5432;
    private static final int REDIS_PORT = 6379;

    private static final List<Cidr> HERE =
            List.of(new Cidr("127.0.0.0/8"), new Cidr("::1"), new Cidr("0.0.0.0"), new Cidr("::"));

    private record Place(IpAddress address, int port) {}

    private record Known(Set<IpAddress> here, Set<Integer> portsHere, Set<Place> elsewhere) {}

    private volatile Known known = new Known(Set.of(), Set.of(), Set.of());
    private volatile int adminPort;

    /** @param port of the admin listener, as soon as it is known */
    void admin(int port) {
        adminPort = port;
    }

    @Override
    public boolean holds(IpAddress address, int port) {
        var now = known;
        if (port == adminPort || now.portsHere.contains(port)) {
            return isHere(address, now.here);
        }
        return !now.elsewhere.isEmpty() && now.elsewhere.contains(new Place(address, port));
    }

    /** Looks again and again, on workers. Completes after the first look, or when that takes too long; never fails. */
    Future<Void> follow(Vertx vertx, Settings settings) {
        vertx.setPeriodic(EVERY.toMillis(), tick -> look(vertx, settings));
        return look(vertx, settings)
                .timeout(NAME_SERVERS.toMillis(), TimeUnit.MILLISECONDS)
                .otherwiseEmpty();
    }

    private Future<Void> look(Vertx vertx, Settings settings) {
        return vertx.executeBlocking(
                () -> {
                    look(settings);
                    return null;
                },
                false);
    }

    /** Asks the name servers anew, so it blocks; a name that none knows keeps nothing from being found. */
    private void look(Settings settings) {
        var here = machine();
        var portsHere = new HashSet<Integer>();
        var elsewhere = new HashSet<Place>();
        stores(settings).filter(Objects::nonNull).forEach(store -> {
            var port = store.getPort() > 0
                    ? store.getPort()
                    : store.getScheme().startsWith("redis") ? REDIS_PORT : POSTGRESQL_PORT;
            for (var address : resolved(store.getHost())) {
                if (isHere(address, here)) {
                    portsHere.add(port);
                } else {
                    elsewhere.add(new Place(address, port));
                }
            }
        });
        known = new Known(here, Set.copyOf(portsHere), Set.copyOf(elsewhere));
    }

    private static Stream<@Nullable URI> stores(Settings settings) {
        return Stream.of(settings.database(), settings.migrationDatabase(), settings.adminDatabase(), settings.redis());
    }

    private static boolean isHere(IpAddress address, Set<IpAddress> machine) {
        return HERE.stream().anyMatch(block -> block.contains(address)) || machine.contains(address);
    }

    private static List<IpAddress> resolved(String host) {
        try {
            return Stream.of(InetAddress.getAllByName(host))
                    .flatMap(OwnAddresses::address)
                    .toList();
        } catch (UnknownHostException e) {
            return List.of();
        }
    }

    private static Set<IpAddress> machine() {
        var all = new HashSet<IpAddress>();
        try {
            NetworkInterface.networkInterfaces()
                    .flatMap(NetworkInterface::inetAddresses)
                    .flatMap(OwnAddresses::address)
                    .forEach(all::add);
        } catch (IOException e) {
            // the loopback addresses are known without it
        }
        return Set.copyOf(all);
    }

    private static Stream<IpAddress> address(InetAddress address) {
        return Stream.ofNullable(IpAddress.parse(address.getHostAddress()));
    }
}
