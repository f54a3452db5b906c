package dev.tiergate;

import dev.tiergate.redis.RedisServer;
import dev.tiergate.redis.Topology;
import dev.tiergate.routes.Cidr;
import dev.tiergate.routes.IpAddress;
import dev.tiergate.routes.TargetRule.Reserved;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Where the gateway's own Redis, PostgreSQL and admin listener stand: what the settings name, and the masters that those
 * lead to. A place on this machine stands for all addresses of this machine: who listens on one often listens on all.
 */
final class OwnAddresses implements Reserved {

    /** Names of stores seldom get other addresses; what resolves late is found within this time. */
    private static final Duration EVERY = Duration.ofSeconds(10);

    /** A name server that does not answer must not keep the listeners shut. */
    private static final Duration NAME_SERVERS = Duration.ofSeconds(2);

    private static final int POSTGRESQL_PORT = 5432;

    private static final List<Cidr> HERE =
            List.of(new Cidr("127.0.0.0/8"), new Cidr("::1"), new Cidr("0.0.0.0"), new Cidr("::"));

    private record Store(String host, int port) {}

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

    /**
     * Looks again and again, on workers. Completes after the first look, or when that takes too long; never fails.
     *
     * @param redis as the settings have it, asked anew each time
     */
    Future<Void> follow(Vertx vertx, Settings settings, Supplier<String> redis) {
        Promise<Void> looked = Promise.promise();
        vertx.getOrCreateContext()
                .runOnContext(now -> begin(vertx, settings, redis).onComplete(looked));
        return looked.future()
                .timeout(NAME_SERVERS.toMillis(), TimeUnit.MILLISECONDS)
                .otherwiseEmpty();
    }

    /** Sentinels and clusters may take as long as name servers do; what the settings name is kept off meanwhile. */
    private Future<Void> begin(Vertx vertx, Settings settings, Supplier<String> redis) {
        var topology = settings.redis() == null ? null : Topology.open(vertx, redis, () -> {});
        vertx.setPeriodic(EVERY.toMillis(), tick -> look(vertx, settings, topology));
        var named = look(vertx, settings, topology);
        return topology == null
                ? named
                : Future.join(named, topology.refresh().compose(asked -> look(vertx, settings, topology)))
                        .mapEmpty();
    }

    private Future<Void> look(Vertx vertx, Settings settings, @Nullable Topology topology) {
        Set<RedisServer> redis = topology == null ? Set.of() : topology.servers();
        return vertx.executeBlocking(
                () -> {
                    look(settings, redis);
                    return null;
                },
                false);
    }

    /** Asks the name servers anew, so it blocks; a name that none knows keeps nothing from being found. */
    private void look(Settings settings, Set<RedisServer> redis) {
        var here = machine();
        var portsHere = new HashSet<Integer>();
        var elsewhere = new HashSet<Place>();
        stores(settings, redis).forEach(store -> {
            for (var address : resolved(store.host())) {
                if (isHere(address, here)) {
                    portsHere.add(store.port());
                } else {
                    elsewhere.add(new Place(address, store.port()));
                }
            }
        });
        known = new Known(here, Set.copyOf(portsHere), Set.copyOf(elsewhere));
    }

    private static Stream<Store> stores(Settings settings, Set<RedisServer> redis) {
        var databases = Stream.of(settings.database(), settings.migrationDatabase(), settings.adminDatabase())
                .filter(Objects::nonNull)
                .map(url -> new Store(url.getHost(), url.getPort() > 0 ? url.getPort() : POSTGRESQL_PORT));
        return Stream.concat(databases, redis.stream().map(server -> new Store(server.host(), server.port())));
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
