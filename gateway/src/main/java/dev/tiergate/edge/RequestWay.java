package dev.tiergate.edge;

import dev.tiergate.plugin.Allow;
import dev.tiergate.plugin.Decision;
import dev.tiergate.plugin.Reason;
import dev.tiergate.plugin.Refuse;
import dev.tiergate.plugin.Settlement;
import dev.tiergate.routes.GatingConfig.Denials;
import dev.tiergate.routes.Match;
import dev.tiergate.routes.Mode;
import dev.tiergate.routes.Route;
import dev.tiergate.upstream.Forward;
import dev.tiergate.upstream.Forwarded;
import io.netty.handler.codec.http.TooLongHttpHeaderException;
import io.netty.handler.codec.http.TooLongHttpLineException;
import io.vertx.core.MultiMap;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpVersion;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The way of one request: read it once, find its route, ask the gate, then forward it or refuse it. All that reaches a
 * client or an upstream leaves through {@link #send} and {@link #refuse}.
 */
final class RequestWay {

    private static final String UNGATED = "ungated";

    private final EdgeLoop loop;
    private final Serving serving;
    private final HttpServerRequest request;
    private final InspectedBody body;
    private final String requestId;
    private final Instant now;
    private final long began = System.nanoTime();

    private @Nullable RequestHead head;
    private @Nullable Route route;
    private @Nullable GatedCall exchange;
    private boolean over;

    RequestWay(EdgeLoop loop, Serving serving, HttpServerRequest request) {
        this.loop = loop;
        this.serving = serving;
        this.request = request;
        this.body = new InspectedBody(request);
        this.requestId = loop.ids().next();
        this.now = loop.clock().instant();
    }

    /** The request could not be parsed; what is known of it is not to be trusted. */
    void malformed() {
        var cause = request.decoderResult().cause();
        var reason = cause instanceof TooLongHttpLineException
                ? Reason.TARGET_TOO_LONG
                : cause instanceof TooLongHttpHeaderException ? Reason.HEADERS_TOO_LARGE : Reason.BAD_REQUEST;
        refuse(Refuse.of(reason, "The request is too long or not valid HTTP"));
    }

    void begin() {
        request.pause();
        var read = RequestHead.read(request, serving.forwarding());
        if (read instanceof RequestHead.Read.Bad bad) {
            refuse(bad.refuse());
        } else {
            read(((RequestHead.Read.Good) read).head());
        }
    }

    private void read(RequestHead known) {
        head = known;
        if (request.method().equals(HttpMethod.CONNECT) || request.method().equals(HttpMethod.TRACE)) {
            refuse(Refuse.of(Reason.METHOD_NOT_ALLOWED, "This gateway takes no " + request.method())
                    .withHeader("Allow", ""));
            return;
        }
        var absolute =
                request.version() == HttpVersion.HTTP_2 ? null : known.host().host();
        var reading = PathReader.read(request.uri(), absolute);
        if (reading instanceof Reading.Refused refused) {
            ambiguous(refused.cause());
        } else if (tooLarge()) {
            refuse(Refuse.of(Reason.BODY_TOO_LARGE, Forward.BODY_TOO_LARGE));
        } else {
            match(known, (Reading.Read) reading);
        }
    }

    private boolean tooLarge() {
        var max = serving.config().body().max();
        return max > 0 && InspectedBody.declaredLength(request) > max;
    }

    private void match(RequestHead known, Reading.Read target) {
        var preflight = Cors.preflight(request.method().name(), request.headers());
        if (serving.apis().holds(target.path())) {
            own(target, preflight);
            return;
        }
        var method = preflight
                ? request.getHeader(HttpHeaders.ACCESS_CONTROL_REQUEST_METHOD)
                : request.method().name();
        var match = serving.config().table().match(known.host().host(), method, target.path(), request::getHeader);
        var cause = target.notAllowed(
                match instanceof Match.Found found ? found.route().quirks() : Set.of());
        if (cause != null) {
            ambiguous(cause);
        } else if (match instanceof Match.Found found) {
            matched(known, found.route(), target, preflight);
        } else if (match instanceof Match.WrongMethod wrong) {
            refuse(Refuse.of(Reason.METHOD_NOT_ALLOWED, "This path does not take " + method)
                    .withHeader("Allow", String.join(", ", wrong.allowed())));
        } else {
            unmatched(known, target);
        }
    }

    private void own(Reading.Read target, boolean preflight) {
        var cause = target.notAllowed(Set.of());
        var cors = serving.cors(null);
        if (cause != null) {
            ambiguous(cause);
        } else if (preflight && cors != null) {
            Replies.write(request, cors.answer(request.headers()), loop);
        } else {
            serving.apis().serve(new OwnExchange(request, target, requestId, now, serving, loop, refusing()));
        }
    }

    private OwnExchange.Refusing refusing() {
        return new OwnExchange.Refusing() {
            @Override
            public void refuse(Refuse refuse, Denials denials) {
                RequestWay.this.refuse(refuse, denials);
            }

            @Override
            public void record(Refuse refuse) {
                loop.record(refuse, facts());
            }
        };
    }

    private void matched(RequestHead known, Route found, Reading.Read target, boolean preflight) {
        route = found;
        var cors = serving.cors(found);
        if (preflight && cors != null) {
            Replies.write(request, cors.answer(request.headers()), loop);
        } else if (preflight || found.publicRoute()) {
            forwardUngated(known, found.upstream(), target);
        } else {
            gate(known, found, target);
        }
    }

    private void unmatched(RequestHead known, Reading.Read target) {
        var upstream = serving.config().gating().passUnmatched();
        if (upstream == null) {
            refuse(Refuse.of(Reason.NO_ROUTE, "No route matches this path"));
        } else {
            forwardUngated(known, upstream, target);
        }
    }

    private void ambiguous(Reading.Cause cause) {
        loop.metrics().ambiguousPath(cause.label());
        refuse(cause.refusal());
    }

    private void gate(RequestHead known, Route found, Reading.Read target) {
        var mode = serving.mode(found);
        var call = new GatedCall(request, body, requestId, target, found, mode, known.way(), now);
        exchange = call;
        serving.began();
        if (mode == Mode.OFF) {
            forward(known, call, Verdict.BYPASS, Allow.plain());
        } else {
            serving.gate()
                    .decide(call, serving.chain(found))
                    .onSuccess(decision -> decidedFirst(known, call, decision));
        }
    }

    /** Another way is looked for once. */
    private void decidedFirst(RequestHead known, GatedCall call, Decision decision) {
        if (Detour.after(call, decision)) {
            new Detour(serving, known, loop.metrics())
                    .find(call, (Refuse) decision)
                    .onSuccess(found -> decidedLast(known, found));
        } else {
            decided(known, call, decision);
        }
    }

    private void decidedLast(RequestHead known, Detour.Decided found) {
        route = found.call().route();
        exchange = found.call();
        decided(known, found.call(), found.decision());
    }

    private void decided(RequestHead known, GatedCall call, Decision decision) {
        loop.metrics().decided(System.nanoTime() - began);
        if (call.shadow()) {
            forward(known, call, Verdict.inShadow(decision), decision.fold(RequestWay::quiet, this::recorded));
        } else {
            decision.<Runnable>fold(allow -> () -> pass(known, call, allow), refuse -> () -> refused(call, refuse))
                    .run();
        }
    }

    private void pass(RequestHead known, GatedCall call, Allow allow) {
        call.degraded().ifPresent(how -> loop.degraded(how, facts(how.refused())));
        forward(known, call, Verdict.of(call, allow), allow);
    }

    private void refused(GatedCall call, Refuse refuse) {
        if (call.knownEntitlements().isPresent()) {
            serving.refusals().refused(call, refuse);
        }
        refuse(refuse);
    }

    /** In shadow a client sees no difference; what was counted still hears how it ended. */
    private static Allow quiet(Allow allow) {
        return Allow.plain().withSettlement(allow.settlement().inShadow());
    }

    private Allow recorded(Refuse refuse) {
        loop.record(refuse, facts());
        return Allow.plain();
    }

    private void forward(RequestHead known, GatedCall call, Verdict verdict, Allow allow) {
        loop.metrics().forwarded(verdict.label());
        var passed = new PassedRequest(this, serving, call, allow.responseHeaders(), allow.settlement());
        send(known, call.upstream(), call.target(), passed, headers -> {
            upstreamHeaders(known, headers);
            call.changedHeaders().forEach(headers::set);
            allow.upstreamHeaders().forEach(headers::set);
            call.identityHeaders(headers, verdict);
        });
    }

    private void forwardUngated(RequestHead known, String upstream, Reading.Read target) {
        loop.metrics().forwarded(UNGATED);
        var passed = new PassedRequest(this, serving, null, Map.of(), Settlement.NONE);
        send(known, upstream, target.target(), passed, headers -> upstreamHeaders(known, headers));
    }

    private void send(
            RequestHead known, String upstream, String target, PassedRequest passed, Consumer<MultiMap> headers) {
        var connection = request.headers().getAll(HttpHeaders.CONNECTION);
        var forward = new Forward(
                request.method(),
                target,
                body.taken(),
                serving.config().body().max(),
                serving.inbound().forwardable(connection, known.way().trustedPeer()),
                headers,
                passed,
                passed.settlement());
        serving.upstream(upstream).forward(request, forward).onSuccess(passed::ended);
    }

    void forwarded(Forwarded outcome) {
        if (outcome instanceof Forwarded.Failed failed) {
            refuse(failed.refuse());
            return;
        }
        ended();
        loop.ended(request);
        if (loop.draining() && !request.response().closed()) {
            Replies.leave(request);
        }
    }

    private void upstreamHeaders(RequestHead known, MultiMap headers) {
        known.way().tell(headers);
        headers.set(RequestIds.HEADER, requestId);
        var trace = TraceContext.next(HeaderValues.all(request.headers(), "traceparent"), loop.ids());
        headers.set(TraceContext.PARENT_HEADER, trace.traceparent());
        if (trace.continued() && request.headers().contains("tracestate")) {
            headers.set("tracestate", HeaderValues.all(request.headers(), "tracestate"));
        }
    }

    void responseHead(MultiMap out, Map<String, String> responseHeaders, Map<String, String> settled) {
        out.set(RequestIds.HEADER, requestId);
        responseHeaders.forEach(out::set);
        settled.forEach(out::set);
        var cors = serving.cors(route);
        if (cors != null) {
            cors.replace(out, request.getHeader(HttpHeaders.ORIGIN));
        }
        if (loop.draining()) {
            Replies.goodbye(request, out, loop);
        }
    }

    private void refuse(Refuse refuse) {
        refuse(refuse, route == null ? serving.config().gating().denials() : route.denials());
    }

    private void refuse(Refuse refuse, Denials denials) {
        var facts = facts();
        loop.record(refuse, facts);
        var cors = serving.cors(route);
        var answer = Refusals.render(
                refuse,
                facts.context(
                        denials,
                        serving.config().gating().upgradeUrl(),
                        accept(),
                        request.method().equals(HttpMethod.HEAD)));
        Replies.write(
                request,
                cors == null ? answer : answer.with(cors.headers(request.getHeader(HttpHeaders.ORIGIN))),
                loop);
        ended();
    }

    private void ended() {
        if (exchange != null && !over) {
            over = true;
            serving.ended();
        }
    }

    private @Nullable String accept() {
        List<String> all = request.headers().getAll(HttpHeaders.ACCEPT);
        return all == null || all.isEmpty() ? null : String.join(",", all);
    }

    /** @param now the call as it is decided now */
    void cutOff(Refuse why, GatedCall now) {
        loop.cutOff(why, facts(now));
    }

    private RefusalFacts facts(GatedCall call) {
        return new RefusalFacts(request, requestId, head, call.route(), call);
    }

    private RefusalFacts facts() {
        return new RefusalFacts(request, requestId, head, route, exchange);
    }
}
