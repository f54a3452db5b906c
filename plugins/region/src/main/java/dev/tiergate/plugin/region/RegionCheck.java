package dev.tiergate.plugin.region;

import dev.tiergate.plugin.Allow;
import dev.tiergate.plugin.Call;
import dev.tiergate.plugin.Check;
import dev.tiergate.plugin.Decision;
import dev.tiergate.plugin.Reason;
import dev.tiergate.plugin.Refuse;
import dev.tiergate.plugin.region.RegionConfig.Unknown;
import io.vertx.core.Future;
import java.io.IOException;
import java.util.Optional;

/** A tier's own rule stands in the place of the general one. */
final class RegionCheck implements Check {

    private static final Reason REGION_BLOCKED = Reason.forbidden("region_blocked");
    private static final Future<Decision> ALLOWED = Future.succeededFuture(Allow.plain());

    private final RegionConfig config;
    private final Countries rest;

    RegionCheck(RegionConfig config) {
        this.config = config;
        this.rest = config.rest();
    }

    @Override
    public Future<Decision> ask(Call call) {
        try {
            return country(call)
                    .filter(Countries::isCode)
                    .map(country -> known(call, country))
                    .orElseGet(() -> unknown(call));
        } catch (IOException e) {
            return Future.failedFuture(e);
        }
    }

    /** A tier that changes may change the answer. */
    @Override
    public Optional<Check> again() {
        return Optional.of(this);
    }

    private Optional<String> country(Call call) throws IOException {
        var database = config.database();
        return database == null ? told(call) : database.country(call.clientAddress());
    }

    /** Two values are as good as none: which of them the proxy set cannot be told. */
    private Optional<String> told(Call call) {
        if (!call.fromTrustedProxy()) {
            return Optional.empty();
        }
        var values = call.headers().getAll(config.header());
        return values.size() != 1 ? Optional.empty() : Optional.of(values.get(0));
    }

    private Future<Decision> known(Call call, String country) {
        var rule = config.tiers().getOrDefault(call.entitlements().tier().code(), rest);
        return rule.hold(country) ? ALLOWED : blocked(call, "This is not available in " + country);
    }

    private Future<Decision> unknown(Call call) {
        return config.unknown() == Unknown.PASS
                ? ALLOWED
                : blocked(call, "This is not available where the country of a request is not known");
    }

    private static Future<Decision> blocked(Call call, String detail) {
        var feature = call.feature().flatMap(code -> call.entitlements().feature(code));
        return Future.succeededFuture(Refuse.of(REGION_BLOCKED, detail).withFeature(feature.orElse(null)));
    }
}
