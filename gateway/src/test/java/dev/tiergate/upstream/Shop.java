package dev.tiergate.upstream;

import dev.tiergate.routes.UpstreamConfig;
import dev.tiergate.routes.UpstreamConfig.Balance;
import dev.tiergate.routes.UpstreamConfig.CircuitBreaker;
import dev.tiergate.routes.UpstreamConfig.HealthCheck;
import dev.tiergate.routes.UpstreamConfig.Protocol;
import java.net.URI;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** An upstream's configuration, patient until a test narrows it. */
record Shop(
        List<URI> endpoints,
        Balance balance,
        Protocol protocol,
        Duration connect,
        Duration response,
        Duration idle,
        int connections,
        @Nullable String signKey,
        @Nullable String tlsCa,
        @Nullable HealthCheck health,
        @Nullable CircuitBreaker breaker) {

    static Shop at(String... endpoints) {
        return new Shop(
                Arrays.stream(endpoints).map(URI::create).toList(),
                Balance.ROUND_ROBIN,
                Protocol.HTTP1,
                Edge.PATIENCE,
                Edge.PATIENCE,
                Edge.PATIENCE,
                16,
                null,
                null,
                null,
                null);
    }

    Shop protocol(Protocol next) {
        return new Shop(
                endpoints, balance, next, connect, response, idle, connections, signKey, tlsCa, health, breaker);
    }

    Shop connect(Duration next) {
        return new Shop(
                endpoints, balance, protocol, next, response, idle, connections, signKey, tlsCa, health, breaker);
    }

    Shop response(Duration next) {
        return new Shop(
                endpoints, balance, protocol, connect, next, idle, connections, signKey, tlsCa, health, breaker);
    }

    Shop idle(Duration next) {
        return new Shop(
                endpoints, balance, protocol, connect, response, next, connections, signKey, tlsCa, health, breaker);
    }

    Shop connections(int next) {
        return new Shop(endpoints, balance, protocol, connect, response, idle, next, signKey, tlsCa, health, breaker);
    }

    Shop signKey(String next) {
        return new Shop(
                endpoints, balance, protocol, connect, response, idle, connections, next, tlsCa, health, breaker);
    }

    Shop tlsCa(String next) {
        return new Shop(
                endpoints, balance, protocol, connect, response, idle, connections, signKey, next, health, breaker);
    }

    Shop health(HealthCheck next) {
        return new Shop(
                endpoints, balance, protocol, connect, response, idle, connections, signKey, tlsCa, next, breaker);
    }

    Shop breaker(CircuitBreaker next) {
        return new Shop(
                endpoints, balance, protocol, connect, response, idle, connections, signKey, tlsCa, health, next);
    }

    UpstreamConfig config() {
        return new UpstreamConfig(
                "shop",
                endpoints,
                balance,
                protocol,
                connect,
                response,
                idle,
                connections,
                signKey,
                tlsCa,
                health,
                breaker);
    }
}
