package dev.tiergate.limits;

import dev.tiergate.plugin.Allow;
import dev.tiergate.plugin.BodyTooLargeException;
import dev.tiergate.plugin.Call;
import dev.tiergate.plugin.Check;
import dev.tiergate.plugin.Decision;
import dev.tiergate.plugin.Reason;
import dev.tiergate.plugin.Refuse;
import dev.tiergate.routes.GatewayConfig;
import dev.tiergate.routes.GatingConfig.OnLimitsDown;
import dev.tiergate.routes.QuotaUse;
import dev.tiergate.routes.Route;
import dev.tiergate.routes.Route.KeyUse;
import dev.tiergate.routes.UpstreamConfig;
import dev.tiergate.telemetry.GateMetrics;
import dev.tiergate.telemetry.Repeat;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Charges a request that is sent again under its {@code Idempotency-Key} once. It claims the key, charges, and lets the
 * outcome decide whether the key is kept.
 */
public final class KeyedLimitCheck implements Check, AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(KeyedLimitCheck.class);

    private static final String HEADER = "Idempotency-Key";

    /** A key is as long as clients make them, and no way to fill memory. */
    private static final int LONGEST_KEY = 255;

    /** As much of a body is held in memory, for its digest. */
    private static final int MOST_BODY = 1024 * 1024;

    /** When a client may ask again while its first request is under way. */
    private static final String RETRY_SECONDS = "1";

    /** From a key's claim to the dispatch, and from a timeout to its settlement, on a busy node. */
    private static final Duration FLIGHT_MARGIN = Duration.ofSeconds(5);

    private final LimitCheck limits;
    private final KeyUse use;
    private final IdempotencyKeys keys;
    private final Duration flight;
    private final OnLimitsDown policy;
    private final GateMetrics metrics;

    /** @param flight how long a request of the route can take to its response head */
    KeyedLimitCheck(
            LimitCheck limits,
            KeyUse use,
            IdempotencyKeys keys,
            Duration flight,
            OnLimitsDown policy,
            GateMetrics metrics) {
        this.limits = limits;
        this.use = use;
        this.keys = keys;
        this.flight = flight;
        this.policy = policy;
        this.metrics = metrics;
    }

    /**
     * Before the limits of a route.
     *
     * @throws IllegalArgumentException when the route reads no keys
     */
    public static KeyedLimitCheck of(
            LimitCheck limits, Route route, GatewayConfig config, IdempotencyKeys keys, GateMetrics metrics) {
        if (route.idempotencyKey() == null) {
            throw new IllegalArgumentException("The route " + route.id() + " reads no keys");
        }
        return new KeyedLimitCheck(
                limits,
                route.idempotencyKey(),
                keys,
                longestToCount(route, config).plus(longestToHead(route, config)).plus(FLIGHT_MARGIN),
                config.gating().onLimitsDown(),
                metrics);
    }

    /** Plugins count one after the other. */
    private static Duration longestToCount(Route route, GatewayConfig config) {
        return route.charges().stream()
                .map(charge -> config.quotas().get(charge.limit()))
                .filter(Objects::nonNull)
                .map(QuotaUse::deadline)
                .reduce(Duration.ZERO, Duration::plus);
    }

    /** What a plugin of any route offers after a refusal may lead to this route, and to any upstream. */
    private static Duration longestToHead(Route route, GatewayConfig config) {
        boolean elsewhere =
                config.routes().stream().anyMatch(other -> !other.plugins().isEmpty());
        return config.upstreams().values().stream()
                .filter(upstream -> elsewhere || upstream.name().equals(route.upstream()))
                .map(UpstreamConfig::longestToHead)
                .max(Comparator.naturalOrder())
                .orElseThrow();
    }

    @Override
    public void close() throws Exception {
        limits.close();
    }

    @Override
    public Future<Decision> ask(Call call) {
        List<String> given = call.headers().getAll(HEADER);
        if (given.isEmpty()) {
            return use == KeyUse.OPTIONAL
                    ? limits.ask(call)
                    : refuse(Reason.IDEMPOTENCY_KEY_REQUIRED, "An Idempotency-Key has to come with this request");
        }
        if (given.size() != 1 || !wellFormed(given.get(0))) {
            return refuse(
                    Reason.IDEMPOTENCY_KEY_INVALID,
                    "One Idempotency-Key is 1 to " + LONGEST_KEY + " visible ASCII characters");
        }
        return call.body(MOST_BODY).compose(body -> read(call, given.get(0), body), KeyedLimitCheck::notRead);
    }

    private static boolean wellFormed(String key) {
        return !key.isEmpty() && key.length() <= LONGEST_KEY && key.chars().allMatch(c -> c > ' ' && c < 0x7f);
    }

    /** A check before this one may have let more be read. */
    private Future<Decision> read(Call call, String key, Buffer body) {
        if (body.length() > MOST_BODY) {
            return tooLong();
        }
        return keys.claim(KeyedRequest.of(call, LimitCheck.subject(call), key, body), flight)
                .compose(claim -> decide(call, claim));
    }

    private static Future<Decision> notRead(Throwable fault) {
        return fault instanceof BodyTooLargeException ? tooLong() : Future.failedFuture(fault);
    }

    private static Future<Decision> tooLong() {
        return refuse(
                Reason.BODY_TOO_LARGE, "A body under an Idempotency-Key can have " + MOST_BODY + " bytes at most");
    }

    private Future<Decision> decide(Call call, KeyClaim claim) {
        return switch (claim.kind()) {
            case FIRST -> charge(call, claim.hold());
            case AS_NEW -> {
                metrics.repeated(Repeat.AS_NEW);
                yield charge(call, claim.hold());
            }
            case REPEAT -> {
                metrics.repeated(Repeat.FREE);
                LOG.debug("Request {} repeats one that was charged, on route {}", call.requestId(), call.routeId());
                yield recorded(
                        claim.hold(),
                        limits.repeat(call, claim.hold()).map(decision -> undone(decision, claim.hold())));
            }
            case OTHER_CONTENT -> {
                metrics.repeated(Repeat.OTHER_CONTENT);
                yield refuse(Reason.IDEMPOTENCY_KEY_REUSED, "This Idempotency-Key came with another request before");
            }
            case IN_FLIGHT -> {
                metrics.repeated(Repeat.IN_FLIGHT);
                yield Future.succeededFuture(
                        Refuse.of(Reason.IDEMPOTENCY_IN_FLIGHT, "The request that this one repeats has no answer yet")
                                .withHeader("Retry-After", RETRY_SECONDS));
            }
            case UNAVAILABLE -> unknown(call);
        };
    }

    private Future<Decision> charge(Call call, KeyHold hold) {
        return recorded(hold, limits.charge(call, hold).onFailure(fault -> hold.drop()));
    }

    /** A repeat that was not sent is none. */
    private static Decision undone(Decision decision, KeyHold hold) {
        return decision.<Decision>fold(
                allow -> allow.and(Allow.plain().withSettlement(new RepeatSettlement(hold))), refuse -> refuse);
    }

    /** A refusal, and a fault, go to the client when the key is free again. */
    private static Future<Decision> recorded(KeyHold hold, Future<Decision> asked) {
        return asked.compose(
                decision ->
                        decision.fold(allow -> asked, refuse -> hold.recorded().map(refuse)),
                fault -> hold.recorded().compose(known -> asked));
    }

    /** Charged like a request without a key, if at all: rather twice than never. */
    private Future<Decision> unknown(Call call) {
        return policy == OnLimitsDown.DENY
                ? Future.succeededFuture(limits.unavailable(call))
                : limits.ask(call).map(decision -> decision.<Decision>fold(Allow::asFailOpen, refuse -> refuse));
    }

    private static Future<Decision> refuse(Reason reason, String detail) {
        return Future.succeededFuture(Refuse.of(reason, detail));
    }
}
