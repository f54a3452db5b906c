package dev.tiergate.edge;

import dev.tiergate.entitlement.StoreEntitlements;
import dev.tiergate.plugin.Caller;
import dev.tiergate.plugin.Decision;
import dev.tiergate.plugin.OpenRequest;
import dev.tiergate.plugin.Refuse;
import dev.tiergate.plugin.Settlement;
import dev.tiergate.routes.Mode;
import dev.tiergate.upstream.Forwarded;
import dev.tiergate.upstream.ResponseHead;
import io.vertx.core.Future;
import io.vertx.core.MultiMap;
import java.time.Instant;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A request that goes to an upstream; where its response is a stream, it is one of those that are decided again. */
final class PassedRequest implements ResponseHead, OpenStream {

    private static final Logger LOG = LoggerFactory.getLogger(PassedRequest.class);

    private final RequestWay way;
    private final Serving serving;
    private final @Nullable GatedCall call;
    private final Map<String, String> responseHeaders;
    private final Settlement settlement;
    private @Nullable OpenRequest exchange;
    private boolean stream;
    private boolean cut;

    /** @param call null where no gate was asked */
    PassedRequest(
            RequestWay way,
            Serving serving,
            @Nullable GatedCall call,
            Map<String, String> responseHeaders,
            Settlement settlement) {
        this.way = way;
        this.serving = serving;
        this.call = call;
        this.responseHeaders = responseHeaders;
        this.settlement = settlement;
    }

    Settlement settlement() {
        return settlement;
    }

    private boolean enforced() {
        return call != null && call.mode() == Mode.ENFORCE;
    }

    @Override
    @SuppressWarnings("IllegalCatch") // a plugin's settlement that throws must not cost the request
    public void began(OpenRequest request) {
        exchange = request;
        if (enforced()) {
            try {
                settlement.began(request);
            } catch (RuntimeException e) {
                LOG.error("A settlement threw", e);
            }
        }
    }

    @Override
    public void prepare(int status, MultiMap headers) {
        way.responseHead(headers, responseHeaders, enforced() ? settled() : Map.of());
    }

    @SuppressWarnings("IllegalCatch") // as above
    private Map<String, String> settled() {
        try {
            return settlement.responseHeaders();
        } catch (RuntimeException e) {
            LOG.error("A settlement threw", e);
            return Map.of();
        }
    }

    @Override
    public void streams() {
        OpenStreams streams = serving.streams();
        if (streams != null && enforced() && call().identity().isPresent()) {
            stream = true;
            streams.opened(this);
        }
    }

    void ended(Forwarded outcome) {
        OpenStreams streams = serving.streams();
        if (stream && streams != null) {
            streams.ended(this);
        }
        way.forwarded(outcome);
    }

    private GatedCall call() {
        return Objects.requireNonNull(call);
    }

    @Override
    public String store() {
        return call().identity().map(Caller::store).orElseThrow();
    }

    @Override
    public boolean isDecidedBy(StoreEntitlements known) {
        return call().knownEntitlements().orElse(null) == known;
    }

    @Override
    public boolean isEnforcedNow() {
        return serving.mode(call().route()) == Mode.ENFORCE;
    }

    /** By what was made of the routes that it began with. */
    @Override
    public Future<Decision> decide(Instant when, StoreEntitlements may) {
        GatedCall now = call().again(when, may);
        return serving.gate()
                .decideAgain(now, serving.chainOfOpen(now))
                .compose(decision -> decision.fold(allow -> settlement.again(now), Future::succeededFuture));
    }

    /** A WebSocket may take a moment to end; that is not told twice. */
    @Override
    public void cutOff(Refuse why, @Nullable StoreEntitlements may) {
        if (cut) {
            return;
        }
        cut = true;
        way.cutOff(why, may == null ? call() : call().again(call().now(), may));
        Objects.requireNonNull(exchange).cutOff(why);
    }
}
