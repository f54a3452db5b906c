package dev.tiergate.upstream;

import dev.tiergate.plugin.Settlement;
import io.vertx.core.MultiMap;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpMethod;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * What is forwarded of a request.
 *
 * @param method as the client sent it
 * @param target the canonical path, with the question mark and the query where there is one
 * @param read what a gate has read of the body already; null when nothing was read. What follows it in the request is
 *     streamed after it
 * @param maxBody the most bytes that the body may have, whether or not its length was declared; 0 for no bound
 * @param passes which inbound header names may pass; hop-by-hop fields, Host and Expect never do
 * @param headers sets fields of the request to the upstream, once, over those that passed
 * @param head called before the response's head is sent
 * @param settlement told what became of the request, {@code answered} and {@code ended} once each
 */
public record Forward(
        HttpMethod method,
        String target,
        @Nullable Buffer read,
        long maxBody,
        Predicate<CharSequence> passes,
        Consumer<MultiMap> headers,
        ResponseHead head,
        Settlement settlement) {

    /** What a client is told whose body passes {@code maxBody}. */
    public static final String BODY_TOO_LARGE = "The body is longer than this gateway takes";
}
