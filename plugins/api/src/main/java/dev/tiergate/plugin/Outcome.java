package dev.tiergate.plugin;

import io.vertx.core.MultiMap;

/**
 * How the upstream answered.
 *
 * @param kind who ended it
 * @param status the upstream's status where it answered, 0 otherwise
 * @param headers what the upstream's head said, read-only; empty where it did not answer
 */
public record Outcome(Kind kind, int status, MultiMap headers) {

    /** Who ended the wait for a response head. */
    public enum Kind {
        /** The upstream sent a head. */
        ANSWERED,
        /** Nothing was sent: no connection, no healthy endpoint, or the client left before. */
        NOT_SENT,
        /** The upstream broke off before its head. */
        BROKEN_OFF,
        /** The upstream did not answer in time. */
        TIMED_OUT,
        /** The client left after its request was sent, or the gate cut the request off. */
        CLIENT_GONE
    }

    private static final MultiMap NO_HEADERS =
            MultiMap.caseInsensitiveMultiMap().copy(false);

    public static final Outcome NOT_SENT = new Outcome(Kind.NOT_SENT, 0);
    public static final Outcome BROKEN_OFF = new Outcome(Kind.BROKEN_OFF, 0);
    public static final Outcome TIMED_OUT = new Outcome(Kind.TIMED_OUT, 0);
    public static final Outcome CLIENT_GONE = new Outcome(Kind.CLIENT_GONE, 0);

    /** Without headers. */
    public Outcome(Kind kind, int status) {
        this(kind, status, NO_HEADERS);
    }

    public static Outcome answered(int status) {
        return new Outcome(Kind.ANSWERED, status);
    }

    /** @param headers of the response's head */
    public static Outcome answered(int status, MultiMap headers) {
        return new Outcome(Kind.ANSWERED, status, headers);
    }
}
