package dev.tiergate.limits;

/** How long to wait before the next attempt. */
final class Backoff {

    /** The share of a wait that chance decides. */
    private static final double JITTER = 0.5;

    private static final int MOST_DOUBLINGS = 20;

    private Backoff() {}

    /** Doubles with each failed attempt up to the most, less a random half at the most. */
    static long millis(LinkSettings settings, int failed) {
        long doubled = settings.retryFirst().toMillis() << Math.min(failed, MOST_DOUBLINGS);
        long whole = Math.min(doubled, settings.retryMost().toMillis());
        return Math.max(1, Math.round(whole * (1 - JITTER * settings.chance().getAsDouble())));
    }
}
