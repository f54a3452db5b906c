package dev.tiergate.plugin;

import io.vertx.core.Future;
import io.vertx.core.MultiMap;
import io.vertx.core.buffer.Buffer;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/** The request that a check is asked about, read-only. */
public interface Call {

    /** The gateway's own id of this request, unique, as sent in {@code X-Request-Id}. */
    String requestId();

    /** The method that the gate decides on: upper case, {@code GET} for a {@code HEAD}. */
    String method();

    /** The canonical path that was matched; starts with a slash, without the query. */
    String path();

    /** The query as it came, without the question mark; null when the target has none. */
    @Nullable
    String query();

    /** All values of a query parameter, form-decoded, in the order in which they came. */
    List<String> queryValues(String name);

    /** Request headers as they came; a check does not change them. */
    MultiMap headers();

    /** The address of the client, behind trusted proxies the one that they name. */
    String clientAddress();

    /** True when the connection comes from one of {@code trusted-proxies}: only they are believed what they say of clients. */
    boolean fromTrustedProxy();

    /** The {@code id} of the route that matched. */
    String routeId();

    /** The feature code that the route asks for. */
    Optional<String> feature();

    Caller caller();

    Entitlements entitlements();

    /** True when the outcome is recorded but the request passes whatever it is. */
    boolean shadow();

    /** The time at which the request came, the same for all its checks. */
    Instant now();

    /** Bytes of the body: its Content-Length, or what came once it has ended; empty while nobody can know. */
    OptionalLong bodySize();

    /**
     * The whole body, kept for the upstream. Fails with {@link BodyTooLargeException} past the bound; in shadow mode too,
     * while the request itself then passes on unharmed.
     *
     * @param maxBytes how much the check is willing to hold in memory
     */
    Future<Buffer> body(int maxBytes);
}
