package dev.tiergate.limits;

import dev.tiergate.redis.RedisServer;
import dev.tiergate.telemetry.MetricNames;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.Collection;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;

/** A breaker for each server, shared by a node's event loops: one that answers late costs none but its own stores. */
final class RedisBreakers {

    private final LongSupplier clock;
    private final Counter opened;
    private final Map<RedisServer, RedisBreaker> breakers = new ConcurrentHashMap<>();

    /** @param clock nanoseconds of the monotonic clock */
    RedisBreakers(LongSupplier clock, MeterRegistry registry) {
        this.clock = clock;
        this.opened = Counter.builder(MetricNames.REDIS_CIRCUIT_OPENED).register(registry);
    }

    /** True while nobody should ask this server. */
    boolean open(RedisServer server) {
        RedisBreaker breaker = breakers.get(server);
        return breaker != null && breaker.open();
    }

    /** Why nobody should ask one of these; empty where everybody may ask all of them. */
    Optional<String> reason(Collection<RedisServer> servers) {
        return servers.stream()
                .flatMap(server -> Optional.ofNullable(breakers.get(server)).flatMap(RedisBreaker::reason).stream())
                .findFirst();
    }

    /** The server answered a command within its deadline, or the deadline passed. */
    void timed(RedisServer server, LinkCommand.Sign sign, boolean inTime) {
        if (sign == LinkCommand.Sign.NONE) {
            return;
        }
        RedisBreaker breaker =
                breakers.computeIfAbsent(server, first -> new RedisBreaker(first.toString(), clock, opened));
        if (!inTime) {
            breaker.late();
        } else if (sign == LinkCommand.Sign.PROBE) {
            breaker.probed();
        } else {
            breaker.answered();
        }
    }

    /** True for one caller a second while nobody should ask this server. */
    boolean probeDue(RedisServer server) {
        RedisBreaker breaker = breakers.get(server);
        return breaker != null && breaker.probeDue();
    }

    /** Forgets all others. A loop that knows the masters a little later may bring one back, until the next change. */
    void retain(Collection<RedisServer> servers) {
        breakers.keySet().retainAll(servers);
    }
}
