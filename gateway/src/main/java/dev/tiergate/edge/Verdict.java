package dev.tiergate.edge;

import dev.tiergate.plugin.Allow;
import dev.tiergate.plugin.Decision;

/** What the gate said of a request that goes to an upstream; the label is the value of {@code X-Tiergate-Decision}. */
enum Verdict {
    ALLOW("allow"),
    /** Something refused, and the request passes another way: changed. */
    DEGRADED("degraded"),
    SHADOW_ALLOW("shadow-allow"),
    SHADOW_DENY("shadow-deny"),
    /** A store did not answer in time, so that nobody knows. */
    SHADOW_UNKNOWN("shadow-unknown"),
    /** A store did not answer, and the route's policy lets the request pass. */
    FAIL_OPEN("fail-open"),
    /** Gating is off. */
    BYPASS("bypass");

    private final String label;

    Verdict(String label) {
        this.label = label;
    }

    String label() {
        return label;
    }

    static Verdict of(GatedCall call, Allow allow) {
        return call.degraded().isPresent() ? DEGRADED : allow.failOpen() ? FAIL_OPEN : ALLOW;
    }

    static Verdict inShadow(Decision decision) {
        return decision.fold(
                allow -> allow.failOpen() ? SHADOW_UNKNOWN : SHADOW_ALLOW,
                refuse -> refuse.reason().status() >= 500 ? SHADOW_UNKNOWN : SHADOW_DENY);
    }
}
