package dev.tiergate.upstream;

import io.vertx.core.MultiMap;

/** Has the last word on the head of a response that comes from an upstream. Does not throw. */
@FunctionalInterface
public interface ResponseHead {

    ResponseHead UNCHANGED = (status, headers) -> {};

    /**
     * Called once, before the head is sent; hop-by-hop fields are gone already.
     *
     * @param headers what the client will get; may be changed, but for Content-Length and Transfer-Encoding
     */
    void prepare(int status, MultiMap headers);
}
