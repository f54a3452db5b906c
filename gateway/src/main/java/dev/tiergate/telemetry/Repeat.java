package dev.tiergate.telemetry;

import java.util.Locale;

/** How a request was taken that came under an Idempotency-Key that is known. */
public enum Repeat {
    /** Passed without a charge. */
    FREE,
    /** The free repeats were used up, so it was taken like a request of its own. */
    AS_NEW,
    /** Refused: the first has no answer yet. */
    IN_FLIGHT,
    /** Refused: the first was another request. */
    OTHER_CONTENT;

    private final String label = name().toLowerCase(Locale.ROOT);

    String label() {
        return label;
    }
}
