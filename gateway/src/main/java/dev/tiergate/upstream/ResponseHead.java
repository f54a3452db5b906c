package dev.tiergate.upstream;

import dev.tiergate.plugin.OpenRequest;
import io.vertx.core.MultiMap;

/** Sees a request on its way, and has the last word on the head of its response. Does not throw. */
@FunctionalInterface
public interface ResponseHead {

    ResponseHead UNCHANGED = (status, headers) -> {};

    /** Called first, once. */
    default void began(OpenRequest request) {}

    /** The response is a WebSocket, or server-sent events; called after its head was prepared. */
    default void streams() {}

    /**
     * Called once, before the head is sent; hop-by-hop fields are gone already.
     *
     * @param headers what the client will get; may be changed, but for Content-Length and Transfer-Encoding
     */
    void prepare(int status, MultiMap headers);
}
