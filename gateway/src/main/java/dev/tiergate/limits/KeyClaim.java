package dev.tiergate.limits;

/**
 * What is known of a request's Idempotency-Key.
 *
 * @param hold for a request that may pass
 */
record KeyClaim(Kind kind, KeyHold hold) {

    enum Kind {
        /** Nothing is known under the key: to be charged. */
        FIRST,
        /** The free repeats are used up: to be charged. */
        AS_NEW,
        /** Was charged before, and is free. */
        REPEAT,
        /** The key came with another request before. */
        OTHER_CONTENT,
        /** The request that this one repeats has no answer yet. */
        IN_FLIGHT,
        /** Redis did not answer in time. */
        UNAVAILABLE
    }

    static KeyClaim of(Kind kind) {
        return new KeyClaim(kind, KeyHold.NONE);
    }
}
