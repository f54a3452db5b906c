package dev.tiergate.edge;

import dev.tiergate.plugin.Refuse;
import dev.tiergate.routes.CanonicalPath;
import dev.tiergate.routes.GatewayConfig;
import dev.tiergate.routes.GatingConfig.Denials;
import dev.tiergate.routes.Mode;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import java.time.Instant;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A request to one of the gateway's own APIs on the public listener: what was read of it, and the two ways to answer it. It
 * stays paused until it is answered or its body is read. Belongs to one event loop.
 */
public interface ApiExchange {

    /** Paused. Its path has been read: {@link #path()} is what counts. */
    HttpServerRequest request();

    CanonicalPath path();

    /** As it came, without the question mark; null when the target has none. */
    @Nullable
    String query();

    String requestId();

    /** When the request came. */
    Instant now();

    /** The configuration that it began with. */
    GatewayConfig config();

    /** The gateway's mode with all caps; what the APIs answer does not depend on it. */
    Mode mode();

    /** Writes an answer, with the request's id and what the gateway's CORS rules say. */
    void answer(int status, Map<String, String> headers, Buffer body);

    /** Writes a refusal in the given dialect, counts and logs it. */
    void refuse(Refuse refuse, Denials denials);

    /** Counts and logs a refusal whose answer the API writes itself, in a shape that its protocol has. */
    void refused(Refuse refuse);

    /**
     * The whole body, read once.
     *
     * @return fails with {@link dev.tiergate.plugin.BodyTooLargeException} past the bound, and where it does not come in time
     */
    Future<Buffer> body(int maxBytes);

    /** Headers that an answer needs which does not go through {@link #answer}: a stream of events, an upgrade. */
    Map<String, String> headers();
}
