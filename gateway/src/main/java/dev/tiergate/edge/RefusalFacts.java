package dev.tiergate.edge;

import dev.tiergate.plugin.Caller;
import dev.tiergate.plugin.Entitlements;
import dev.tiergate.plugin.Refuse;
import dev.tiergate.plugin.TierRef;
import dev.tiergate.routes.GatingConfig.Denials;
import dev.tiergate.routes.Mode;
import dev.tiergate.routes.Route;
import dev.tiergate.telemetry.DecisionLog;
import io.vertx.core.http.HttpServerRequest;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What is known of a request when it is refused, from nothing but its id to all of it. */
record RefusalFacts(
        HttpServerRequest request,
        String requestId,
        @Nullable RequestHead head,
        @Nullable Route route,
        @Nullable GatedCall exchange) {

    private static final String UNKNOWN = "unknown";
    private static final String NONE = "none";

    Refusals.Context context(Denials denials, String upgradeUrl, @Nullable String accept, boolean isHead) {
        var known = entitlements();
        return new Refusals.Context(
                requestId,
                known.map(entitlements -> entitlements.store().code()).orElse(null),
                known.map(Entitlements::tier).orElse(null),
                denials,
                upgradeUrl,
                accept,
                isHead);
    }

    DecisionLog.Line line(Refuse refuse) {
        var caller = Optional.ofNullable(exchange).flatMap(GatedCall::identity);
        return new DecisionLog.Line(
                refuse.reason().status(),
                refuse.reason().code(),
                refuse.detail(),
                route == null ? null : route.feature(),
                caller.map(Caller::store).orElse(null),
                caller.map(Caller::user).orElse(null),
                entitlements().map(Entitlements::tier).map(TierRef::code).orElse(null),
                route == null ? null : route.id(),
                request.method().name(),
                exchange == null ? null : exchange.path(),
                head == null ? UNKNOWN : head.way().clientAddress(),
                mode(),
                requestId,
                request.getHeader("X-Request-Id"));
    }

    /** A metric label: the code of the feature, of the tier for a route that asks for one, or none. */
    String feature() {
        return route == null || route.feature() == null ? NONE : route.feature();
    }

    String tier() {
        return entitlements().map(Entitlements::tier).map(TierRef::code).orElse(NONE);
    }

    String mode() {
        return (exchange == null ? Mode.ENFORCE : exchange.mode()).name().toLowerCase(Locale.ROOT);
    }

    private Optional<Entitlements> entitlements() {
        return Optional.ofNullable(exchange).flatMap(GatedCall::knownEntitlements);
    }
}
