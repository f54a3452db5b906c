package dev.tiergate.upstream;

import dev.tiergate.routes.UpstreamConfig;
import dev.tiergate.routes.UpstreamConfig.HealthCheck;
import dev.tiergate.telemetry.MetricNames;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.RequestOptions;
import java.net.URI;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Objects;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Asks one endpoint again and again whether it is well, each time on a connection of its own. Redirects are not followed.
 * All of it happens on the context that it was given.
 */
final class HealthProbe {

    private static final Logger LOG = LoggerFactory.getLogger(HealthProbe.class);

    /** For connection and answer together; the interval where that is shorter. */
    static final Duration DEADLINE = Duration.ofSeconds(2);

    /** So that the nodes of a fleet do not ask in step. */
    private static final double JITTER = 0.1;

    private static final int SUCCESS = 2;
    private static final int CENTURY = 100;
    private static final long NO_TIMER = -1;

    private final Context context;
    private final Vertx vertx;
    private final UpstreamConfig upstream;
    private final HealthCheck check;
    private final URI endpoint;
    private final AddressGuard guard;
    private final InstantSource time;
    private final RandomGenerator random;
    private final Counter passed;
    private final Counter failed;
    private final EndpointHealth health = new EndpointHealth(Health.UNKNOWN);
    private @Nullable HttpClient client;
    private @Nullable HttpClientRequest asked;
    private long timer = NO_TIMER;
    private long round;

    HealthProbe(
            Context context,
            UpstreamConfig upstream,
            HealthCheck check,
            URI endpoint,
            AddressGuard guard,
            MeterRegistry meters,
            InstantSource time,
            RandomGenerator random) {
        this.context = context;
        this.vertx = context.owner();
        this.upstream = upstream;
        this.check = check;
        this.endpoint = endpoint;
        this.guard = guard;
        this.time = time;
        this.random = random;
        this.passed = counter(meters, "passed");
        this.failed = counter(meters, "failed");
    }

    private Counter counter(MeterRegistry meters, String outcome) {
        return meters.counter(
                MetricNames.UPSTREAM_HEALTH_CHECKS,
                "upstream",
                upstream.name(),
                "endpoint",
                endpoint.toString(),
                "outcome",
                outcome);
    }

    EndpointHealth health() {
        return health;
    }

    URI endpoint() {
        return endpoint;
    }

    /** Whether one for this would do the same. */
    boolean serves(UpstreamConfig wanted, URI uri) {
        return endpoint.equals(uri)
                && check.equals(wanted.healthCheck())
                && upstream.name().equals(wanted.name())
                && upstream.protocol() == wanted.protocol()
                && upstream.connectTimeout().equals(wanted.connectTimeout())
                && Objects.equals(upstream.tlsCa(), wanted.tlsCa());
    }

    void start() {
        context.runOnContext(now -> {
            client = vertx.httpClientBuilder()
                    .with(ClientOptions.client(upstream, upstream.protocol()))
                    .with(ClientOptions.pool(1))
                    .withConnectHandler(connection ->
                            connection.exceptionHandler(failure -> LOG.debug("{}: {}", endpoint, failure.getMessage())))
                    .build();
            ask();
        });
    }

    /** Nothing is sent from here on, and the health stays as it is. */
    void stop() {
        context.runOnContext(now -> {
            endRound();
            if (client != null) {
                client.close();
                client = null;
            }
        });
    }

    private void ask() {
        if (client == null) {
            return;
        }
        long current = ++round;
        Duration deadline = check.interval().compareTo(DEADLINE) < 0 ? check.interval() : DEADLINE;
        timer = vertx.setTimer(
                deadline.toMillis(), late -> learn(current, "no answer within " + deadline.toMillis() + " ms"));
        RequestOptions target = Targets.of(endpoint)
                .setMethod(HttpMethod.GET)
                .setURI(check.path())
                .setFollowRedirects(false);
        guard.watch(endpoint, client.request(target)).onComplete((request, failure) -> {
            if (request == null) {
                learn(current, "no connection: " + failure.getMessage());
            } else if (current != round) {
                Withdrawal.ofConnection(request);
            } else {
                send(current, request);
            }
        });
    }

    private void send(long current, HttpClientRequest request) {
        asked = request;
        request.exceptionHandler(failure -> learn(current, "broken off before an answer"));
        request.headers().set(HttpHeaders.USER_AGENT, "tiergate-health-check");
        request.send()
                .onComplete((response, failure) ->
                        learn(current, response == null ? "broken off before an answer" : fault(response)));
    }

    /** The head says it all; what comes after it ends with the connection. */
    private static @Nullable String fault(HttpClientResponse response) {
        response.exceptionHandler(ended -> {});
        return response.statusCode() / CENTURY == SUCCESS ? null : "answered " + response.statusCode();
    }

    private void learn(long current, @Nullable String fault) {
        if (current != round) {
            return;
        }
        endRound();
        (fault == null ? passed : failed).increment();
        Health before = health.now();
        Health after = before.after(fault, time.instant());
        health.set(after);
        tell(before, after);
        double factor = 1 + JITTER * (2 * random.nextDouble() - 1);
        timer = vertx.setTimer(Math.max(1, (long) (check.interval().toMillis() * factor)), next -> ask());
    }

    /** The connection was for this question alone. */
    private void endRound() {
        round++;
        vertx.cancelTimer(timer);
        timer = NO_TIMER;
        if (asked != null) {
            asked.connection().close();
            asked = null;
        }
    }

    private void tell(Health before, Health after) {
        if (before.state() == after.state()) {
            return;
        }
        if (after.state() == Health.State.UNHEALTHY) {
            LOG.warn("{}: {} is unhealthy: {}", upstream.name(), endpoint, after.why());
        } else if (before.state() == Health.State.UNHEALTHY) {
            LOG.info("{}: {} is well again", upstream.name(), endpoint);
        }
    }
}
