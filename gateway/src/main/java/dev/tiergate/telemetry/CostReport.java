package dev.tiergate.telemetry;

import java.util.Locale;

/** What an upstream made of its duty to say what a request cost. */
public enum CostReport {
    /** It said so. */
    USED,
    /** It said more than was taken before the request was forwarded; no more than that is charged. */
    ABOVE_MAX,
    /** It said nothing. */
    ABSENT,
    /** It said something else than one whole number of 0 or more. */
    MALFORMED;

    private final String label = name().toLowerCase(Locale.ROOT);

    String label() {
        return label;
    }
}
