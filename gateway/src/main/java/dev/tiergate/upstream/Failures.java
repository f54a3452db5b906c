package dev.tiergate.upstream;

import dev.tiergate.plugin.Reason;
import dev.tiergate.plugin.Refuse;
import java.time.Duration;

/** What a client is told whose request got no answer; what counts against an endpoint: {@link ReverseProxy#crowded}, {@link Ejection}. */
final class Failures {

    static final Refuse BAD_FIELD = Refuse.of(Reason.BAD_REQUEST, "A header field holds bytes that it must not");
    static final Refuse OVERLOADED = Refuse.of(Reason.OVERLOADED, "Too many requests are waiting for this upstream")
            .withHeader("Retry-After", "1");
    static final Refuse NO_CONNECTION_IN_TIME =
            Refuse.of(Reason.UPSTREAM_TIMEOUT, "The upstream did not accept a connection in time");
    static final Refuse UNREACHABLE = Refuse.of(Reason.UPSTREAM_UNAVAILABLE, "The upstream could not be reached");
    static final Refuse BROKEN_OFF =
            Refuse.of(Reason.UPSTREAM_UNAVAILABLE, "The upstream broke off before it answered");
    static final Refuse LATE = Refuse.of(Reason.UPSTREAM_TIMEOUT, "The upstream did not answer in time");
    static final Refuse BODY_TOO_LARGE = Refuse.of(Reason.BODY_TOO_LARGE, Forward.BODY_TOO_LARGE);
    static final Refuse BODY_LATE = Refuse.of(Reason.REQUEST_TIMEOUT, "The request's body did not come in time");

    private Failures() {}

    static Refuse circuitOpen(Duration retryAfter) {
        long seconds = Math.max(
                1, retryAfter.plusNanos(Duration.ofSeconds(1).toNanos() - 1).toSeconds());
        return Refuse.of(Reason.CIRCUIT_OPEN, "The upstream fails, and is spared for a while")
                .withHeader("Retry-After", Long.toString(seconds));
    }
}
