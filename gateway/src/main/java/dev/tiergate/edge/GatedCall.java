package dev.tiergate.edge;

import dev.tiergate.plugin.Call;
import dev.tiergate.plugin.Caller;
import dev.tiergate.plugin.Check;
import dev.tiergate.plugin.Entitlements;
import dev.tiergate.routes.Mode;
import dev.tiergate.routes.Route;
import dev.tiergate.upstream.IdentityHeaders;
import io.netty.handler.codec.http.QueryStringDecoder;
import io.vertx.core.Future;
import io.vertx.core.MultiMap;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/** One matched request and what was learned of it on its way. Belongs to one event loop. */
final class GatedCall implements Call {

    private final HttpServerRequest request;
    private final String requestId;
    private final Reading.Read read;
    private final MultiMap headers;
    private final Route route;
    private Mode mode;
    private final Forwarding.Way way;
    private final Instant now;
    private final InspectedBody body;
    private final @Nullable Degraded degraded;

    private @Nullable Caller caller;
    private @Nullable Entitlements entitlements;
    private @Nullable Duration stale;
    private @Nullable Map<String, List<String>> parameters;
    private @Nullable Check refusedBy;

    GatedCall(
            HttpServerRequest request,
            InspectedBody body,
            String requestId,
            Reading.Read read,
            Route route,
            Mode mode,
            Forwarding.Way way,
            Instant now) {
        this.request = request;
        this.requestId = requestId;
        this.read = read;
        this.headers = request.headers();
        this.route = route;
        this.mode = mode;
        this.way = way;
        this.now = now;
        this.body = body;
        this.degraded = null;
    }

    private GatedCall(
            GatedCall before,
            Reading.Read read,
            MultiMap headers,
            Route route,
            Instant now,
            @Nullable Entitlements entitlements,
            @Nullable Degraded degraded) {
        this.request = before.request;
        this.requestId = before.requestId;
        this.read = read;
        this.headers = headers;
        this.route = route;
        this.mode = before.mode;
        this.way = before.way;
        this.now = now;
        this.body = before.body;
        this.caller = before.caller;
        this.entitlements = entitlements;
        this.degraded = degraded;
    }

    /** The same request by the same caller, later. */
    GatedCall again(Instant later, Entitlements what) {
        return new GatedCall(this, read, headers, route, later, what, degraded);
    }

    /** Another request in the place of this one, by the same caller. */
    GatedCall changed(Degraded why, Reading.Read other, Route leadsTo, MultiMap changedHeaders) {
        var next = new GatedCall(this, other, changedHeaders, leadsTo, now, entitlements, why);
        next.stale = stale;
        return next;
    }

    /** Empty for a request that is as it came. */
    Optional<Degraded> degraded() {
        return Optional.ofNullable(degraded);
    }

    /** What is asked about it of a route's checks. */
    List<Check> asked(List<Check> chain) {
        return degraded == null ? chain : degraded.sparing(chain);
    }

    void refusedBy(Check check) {
        refusedBy = check;
    }

    /** Empty while no check has refused it. */
    Optional<Check> refusedBy() {
        return Optional.ofNullable(refusedBy);
    }

    /** A store outside the route's share is in shadow from here on. */
    void identified(Caller who) {
        caller = who;
        if (mode == Mode.ENFORCE && !route.rollout().holds(who.store())) {
            mode = Mode.SHADOW;
        }
    }

    /** @param age how old the entitlements are past their time to live; null while they are fresh */
    void entitled(Entitlements what, @Nullable Duration age) {
        entitlements = what;
        stale = age;
    }

    Route route() {
        return route;
    }

    Mode mode() {
        return mode;
    }

    Optional<Caller> identity() {
        return Optional.ofNullable(caller);
    }

    Optional<Entitlements> knownEntitlements() {
        return Optional.ofNullable(entitlements);
    }

    /** What the upstream is told of the caller; nothing where no token was verified. */
    void identityHeaders(MultiMap headers, Verdict verdict) {
        headers.set(IdentityHeaders.DECISION, verdict.label());
        if (route.feature() != null) {
            headers.set(IdentityHeaders.FEATURE, route.feature());
        }
        if (caller != null) {
            headers.set(IdentityHeaders.STORE_ID, caller.store());
            if (caller.user() != null) {
                headers.set(IdentityHeaders.USER, HeaderText.of(caller.user()));
            }
        }
        if (entitlements != null) {
            headers.set(
                    IdentityHeaders.STORE_CODE,
                    HeaderText.of(entitlements.store().code()));
            headers.set(IdentityHeaders.TIER, entitlements.tier().code());
        }
        if (stale != null) {
            headers.set(IdentityHeaders.ENTITLEMENTS, "stale;age=" + stale.toSeconds());
        }
    }

    /** The upstream that it goes to. */
    String upstream() {
        var other = degraded == null ? null : degraded.change().upstream();
        return other == null ? route.upstream() : other;
    }

    /** What a change of the request sets on what is sent to the upstream. */
    Map<String, String> changedHeaders() {
        return degraded == null ? Map.of() : degraded.change().upstreamHeaders();
    }

    /** As the client sent it; routes are matched by it. */
    String requestedMethod() {
        return request.method().name();
    }

    /** Path and query as they are sent to the upstream. */
    String target() {
        return read.target();
    }

    @Override
    public String requestId() {
        return requestId;
    }

    @Override
    public String method() {
        return request.method().equals(HttpMethod.HEAD)
                ? HttpMethod.GET.name()
                : request.method().name();
    }

    @Override
    public String path() {
        return read.path().value();
    }

    @Override
    public @Nullable String query() {
        return read.query();
    }

    @Override
    public List<String> queryValues(String name) {
        String query = read.query();
        if (query == null) {
            return List.of();
        }
        if (parameters == null) {
            parameters = new QueryStringDecoder(query, false).parameters();
        }
        return parameters.getOrDefault(name, List.of());
    }

    @Override
    public MultiMap headers() {
        return headers;
    }

    @Override
    public String clientAddress() {
        return way.clientAddress();
    }

    @Override
    public boolean fromTrustedProxy() {
        return way.trustedPeer();
    }

    @Override
    public String routeId() {
        return route.id();
    }

    @Override
    public Optional<String> feature() {
        return Optional.ofNullable(route.feature());
    }

    @Override
    public Caller caller() {
        return Objects.requireNonNull(caller, "checks are asked after the caller is known");
    }

    @Override
    public Entitlements entitlements() {
        return Objects.requireNonNull(entitlements, "checks are asked after the entitlements are known");
    }

    @Override
    public boolean shadow() {
        return mode == Mode.SHADOW;
    }

    @Override
    public Instant now() {
        return now;
    }

    @Override
    public OptionalLong bodySize() {
        if (request.isEnded()) {
            return OptionalLong.of(request.bytesRead());
        }
        long declared = InspectedBody.declaredLength(request);
        return declared < 0 ? OptionalLong.empty() : OptionalLong.of(declared);
    }

    @Override
    public Future<Buffer> body(int maxBytes) {
        return body.whole(maxBytes);
    }
}
