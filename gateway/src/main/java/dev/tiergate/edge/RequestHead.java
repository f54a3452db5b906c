package dev.tiergate.edge;

import dev.tiergate.plugin.Reason;
import dev.tiergate.plugin.Refuse;
import dev.tiergate.upstream.Upgrade;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpVersion;
import java.util.List;

/**
 * What a request says of itself besides its target, each said once and well formed.
 *
 * @param host that it is for
 * @param way that it came
 */
record RequestHead(Authority host, Forwarding.Way way) {

    private static final String EXPECT_CONTINUE = "100-continue";

    /** A request head, or the refusal of one that two servers could understand differently. */
    sealed interface Read {
        record Good(RequestHead head) implements Read {}

        record Bad(Refuse refuse) implements Read {}
    }

    static Read read(HttpServerRequest request, Forwarding forwarding) {
        var headers = request.headers();
        var http2 = request.version() == HttpVersion.HTTP_2;
        var flaw = http2 ? HeaderGuard.flaw(headers, request.scheme()) : HeaderGuard.flaw(headers);
        if (flaw != null) {
            return bad(Reason.BAD_REQUEST, flaw);
        }
        var authority = http2 ? request.authority() : null;
        var host = HostReader.read(values(request, HttpHeaders.HOST), authority == null ? null : authority.toString());
        if (host instanceof HostReader.Host.Unclear unclear) {
            return bad(Reason.BAD_REQUEST, unclear.detail());
        }
        if (Upgrade.of(request) == Upgrade.UNKNOWN) {
            return new Read.Bad(Refuse.of(Reason.UPGRADE_UNKNOWN, "The only upgrade that is known here is websocket")
                    .withHeader("Upgrade", "websocket"));
        }
        var named = ((HostReader.Host.Named) host).authority();
        var peer =
                request.remoteAddress() == null ? null : request.remoteAddress().hostAddress();
        return new Read.Good(
                new RequestHead(named, forwarding.read(peer, request.isSSL() ? "https" : "http", named, headers)));
    }

    static boolean expectsContinue(HttpServerRequest request) {
        return EXPECT_CONTINUE.equalsIgnoreCase(request.getHeader(HttpHeaders.EXPECT));
    }

    private static List<String> values(HttpServerRequest request, CharSequence name) {
        var all = request.headers().getAll(name);
        return all == null ? List.of() : all;
    }

    private static Read bad(Reason reason, String detail) {
        return new Read.Bad(Refuse.of(reason, detail));
    }
}
