package dev.tiergate.telemetry;

import java.util.Locale;

/** How a plugin failed. */
public enum PluginFault {
    /** It threw. */
    THREW("threw"),
    /** Its future failed, or held nothing. */
    FAILED("gave no answer"),
    /** It did not answer by its deadline. */
    LATE("did not answer in time"),
    /** It held its event loop, and all requests of it. */
    BLOCKED("held an event loop");

    private final String label = name().toLowerCase(Locale.ROOT);
    private final String text;

    PluginFault(String text) {
        this.text = text;
    }

    String label() {
        return label;
    }

    /** What it did, as the end of a sentence. */
    public String text() {
        return text;
    }
}
