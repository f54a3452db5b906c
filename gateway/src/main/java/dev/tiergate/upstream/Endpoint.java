package dev.tiergate.upstream;

import java.net.URI;

/** One address of an upstream as one event loop sees it: how many exchanges it carries, and whether it is ejected. */
final class Endpoint {

    private final int index;
    private final URI uri;
    private final int capacity;
    private final EndpointHealth health;
    private final Ejection ejection = new Ejection();
    private int active;
    private int connecting;

    /**
     * @param index its place among the upstream's endpoints
     * @param capacity exchanges that it may carry at once
     * @param health what the node knows of it
     */
    Endpoint(int index, URI uri, int capacity, EndpointHealth health) {
        this.index = index;
        this.uri = uri;
        this.capacity = capacity;
        this.health = health;
    }

    int index() {
        return index;
    }

    URI uri() {
        return uri;
    }

    int active() {
        return active;
    }

    boolean hasRoom() {
        return active < capacity;
    }

    void take() {
        active++;
    }

    void giveBack() {
        active--;
    }

    /** One of the exchanges that it carries waits for its connection, */
    void connects() {
        connecting++;
    }

    /** and does not any more: it has one, or will have none. */
    void connected() {
        connecting--;
    }

    /** Whether some exchange has a connection at this moment. */
    boolean serves() {
        return active > connecting;
    }

    /** Whether it may be preferred: neither ejected by this event loop nor unhealthy. */
    boolean fit(long now) {
        return !ejection.holds(now) && !health.unhealthy();
    }

    Ejection ejection() {
        return ejection;
    }
}
