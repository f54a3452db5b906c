package dev.tiergate.upstream;

/** The health of one endpoint: written by its probe, read by all event loops. */
final class EndpointHealth {

    private volatile Health now;

    EndpointHealth(Health first) {
        this.now = first;
    }

    boolean unhealthy() {
        return now.state() == Health.State.UNHEALTHY;
    }

    Health now() {
        return now;
    }

    /** By the probe alone. */
    void set(Health next) {
        now = next;
    }
}
