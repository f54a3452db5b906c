package dev.tiergate.upstream;

import dev.tiergate.routes.UpstreamConfig;
import dev.tiergate.routes.UpstreamConfig.Balance;
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
        @Nullable String tlsCa) {

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
                null);
    }

    Shop protocol(Protocol next) {
        return new Shop(endpoints, balance, next, connect, response, idle, connections, signKey, tlsCa);
    }

    Shop connect(Duration next) {
        return new Shop(endpoints, balance, protocol, next, response, idle, connections, signKey, tlsCa);
    }

    Shop response(Duration next) {
        return new Shop(endpoints, balance, protocol, connect, next, idle, connections, signKey, tlsCa);
    }

    Shop idle(Duration next) {
        return new Shop(endpoints, balance, protocol, connect, response, next, connections, signKey, tlsCa);
    }

    Shop connections(int next) {
        return new Shop(endpoints, balance, protocol, connect, response, idle, next, signKey, tlsCa);
    }

    Shop signKey(String next) {
        return new Shop(endpoints, balance, protocol, connect, response, idle, connections, next, tlsCa);
    }

    Shop tlsCa(String next) {
        return new Shop(endpoints, balance, protocol, connect, response, idle, connections, signKey, next);
    }

    UpstreamConfig config() {
        return new UpstreamConfig(
                "shop", endpoints, balance, protocol, connect, response, idle, connections, signKey, tlsCa);
    }
}
