package dev.tiergate.edge;

import dev.tiergate.plugin.Refuse;
import dev.tiergate.routes.CanonicalPath;
import dev.tiergate.routes.GatewayConfig;
import dev.tiergate.routes.GatingConfig.Denials;
import dev.tiergate.routes.Mode;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** An {@link ApiExchange} on the way of its request. */
final class OwnExchange implements ApiExchange {

    /** How a refusal leaves, as every other one of the gateway does. */
    interface Refusing {
        void refuse(Refuse refuse, Denials denials);

        /** Only counts and logs. */
        void record(Refuse refuse);
    }

    /** Bodies of these APIs are small. */
    private static final long BODY_SECONDS = 10;

    private final HttpServerRequest request;
    private final Reading.Read target;
    private final String requestId;
    private final Instant now;
    private final Serving serving;
    private final EdgeLoop loop;
    private final Refusing refusing;

    OwnExchange(
            HttpServerRequest request,
            Reading.Read target,
            String requestId,
            Instant now,
            Serving serving,
            EdgeLoop loop,
            Refusing refusing) {
        this.request = request;
        this.target = target;
        this.requestId = requestId;
        this.now = now;
        this.serving = serving;
        this.loop = loop;
        this.refusing = refusing;
    }

    @Override
    public HttpServerRequest request() {
        return request;
    }

    @Override
    public CanonicalPath path() {
        return target.path();
    }

    @Override
    public @Nullable String query() {
        return target.query();
    }

    @Override
    public String requestId() {
        return requestId;
    }

    @Override
    public Instant now() {
        return now;
    }

    @Override
    public GatewayConfig config() {
        return serving.config();
    }

    @Override
    public Mode mode() {
        return serving.mode();
    }

    @Override
    public void answer(int status, Map<String, String> headers, Buffer body) {
        Map<String, String> all = new LinkedHashMap<>(headers);
        all.put("X-Request-Id", requestId);
        all.put("X-Content-Type-Options", "nosniff");
        if (status != HttpResponseStatus.NOT_MODIFIED.code()) {
            all.put("Content-Length", Integer.toString(body.length()));
        }
        var sent = request.method().equals(HttpMethod.HEAD) ? Buffer.buffer() : body;
        Replies.write(request, new Answer(status, all, sent).with(cors()), loop);
    }

    @Override
    public void refuse(Refuse refuse, Denials denials) {
        refusing.refuse(refuse, denials);
    }

    @Override
    public void refused(Refuse refuse) {
        refusing.record(refuse);
    }

    @Override
    public Future<Buffer> body(int maxBytes) {
        return new InspectedBody(request).whole(maxBytes).timeout(BODY_SECONDS, TimeUnit.SECONDS);
    }

    @Override
    public Map<String, String> headers() {
        Map<String, String> all = new LinkedHashMap<>(cors());
        all.put("X-Request-Id", requestId);
        return all;
    }

    private Map<String, String> cors() {
        var rules = serving.cors(null);
        return rules == null ? Map.of() : rules.headers(request.getHeader("Origin"));
    }
}
