package dev.tiergate.plugin;

/** A request that was let through and is not over. Used on its event loop. */
public interface OpenRequest {

    /**
     * Ends it early; what is over already stays as it is. Before the response's head the refusal is the answer. A WebSocket
     * is closed with 1008 and the reason's code, or with 1013 for a reason of status 500 and above (RFC 6455, section 7.4);
     * a stream of server-sent events ends; any other response is broken off, so that half of it does not look whole.
     */
    void cutOff(Refuse why);
}
