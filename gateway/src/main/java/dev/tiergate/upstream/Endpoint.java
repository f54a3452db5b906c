package dev.tiergate.upstream;

import java.net.URI;

/** One address of an upstream as one event loop sees it: how many exchanges it carries, and whether it is ejected. */
final class Endpoint {

    private final int index;
    private final URI uri;
    private final int capacity;
    private final Ejection ejection = new Ejection();
    private int active;

    /**
     * @param index its place among the upstream's endpoints
     * @param capacity exchanges that it may carry at once
     */
    Endpoint(int index, URI uri, int capacity) {
        this.index = index;
        this.uri = uri;
        this.capacity = capacity;
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

    Ejection ejection() {
        return ejection;
    }
}
