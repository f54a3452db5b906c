package dev.tiergate.api;

import dev.tiergate.edge.ApiExchange;
import dev.tiergate.entitlement.Catalogue.Feature;
import dev.tiergate.entitlement.EntitlementCache;
import dev.tiergate.entitlement.Lookup;
import dev.tiergate.entitlement.StoreEntitlements;
import dev.tiergate.identity.Authenticator;
import dev.tiergate.plugin.Caller;
import dev.tiergate.plugin.Reason;
import dev.tiergate.plugin.Refuse;
import dev.tiergate.routes.GatingConfig.Denials;
import io.vertx.core.Future;
import java.time.Instant;
import java.util.List;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Who asks an API, and what their store may use: by the same token and the same cache as at the gate. */
public final class KnownStores {

    private static final Logger LOG = LoggerFactory.getLogger(KnownStores.class);

    private final Authenticator authenticator;
    private final EntitlementCache entitlements;

    public KnownStores(Authenticator authenticator, EntitlementCache entitlements) {
        this.authenticator = authenticator;
        this.entitlements = entitlements;
    }

    /** A store that asks. */
    public record Asker(Caller caller, StoreEntitlements entitlements) {

        /** What the gate would say to this caller. */
        public FeatureAnswer answer(String feature, Instant now) {
            return FeatureAnswer.of(entitlements, caller, feature, now);
        }

        /** The features of the store's plan, by category and code. */
        public List<Feature> features() {
            return entitlements.catalogue().featuresOf(entitlements.store().plan());
        }
    }

    /**
     * Calls {@code then} for a caller whose store is known, active or not; refuses all others in the given dialect, and
     * those for whom {@code then} throws.
     */
    public void identify(ApiExchange exchange, Denials denials, Consumer<Asker> then) {
        find(exchange).onSuccess(found -> {
            if (found instanceof Found.Known known) {
                ask(exchange, denials, then, known.asker());
            } else {
                exchange.refuse(((Found.Refused) found).refuse(), denials);
            }
        });
    }

    private static void ask(ApiExchange exchange, Denials denials, Consumer<Asker> then, Asker asker) {
        try {
            then.accept(asker);
        } catch (RuntimeException fault) {
            LOG.error("An API could not answer", fault);
            exchange.refuse(Refuse.of(Reason.CHECK_FAILED, "The request could not be answered"), denials);
        }
    }

    /** A store that asks, or why there is none. */
    public sealed interface Found {
        record Known(Asker asker) implements Found {}

        record Refused(Refuse refuse) implements Found {}
    }

    /** Never fails. */
    public Future<Found> find(ApiExchange exchange) {
        return authenticator
                .authenticate(exchange.request().headers(), exchange.now())
                .compose(identified -> identified.<Future<Found>>fold(
                        known -> look(known.caller()),
                        rejected -> refused(rejected.refuse()),
                        missing -> refused(missing.refuse())))
                .otherwise(fault -> {
                    LOG.error("A caller of an API could not be identified", fault);
                    return new Found.Refused(Refuse.of(Reason.CHECK_FAILED, "The request could not be checked"));
                });
    }

    /** The store of a caller who is known by other means than a token. Never fails. */
    public Future<Found> look(Caller caller) {
        return entitlements.find(caller.store()).map(lookup -> found(caller, lookup));
    }

    private static Found found(Caller caller, Lookup lookup) {
        if (lookup instanceof Lookup.Found found) {
            return new Found.Known(new Asker(caller, found.entitlements()));
        }
        return new Found.Refused(
                lookup instanceof Lookup.Unknown
                        ? Refuse.of(Reason.STORE_UNKNOWN, "The store is not known")
                        : Refuse.of(Reason.ENTITLEMENTS_UNAVAILABLE, "Entitlements cannot be read at the moment")
                                .withHeader("Retry-After", "1"));
    }

    private static Future<Found> refused(Refuse refuse) {
        return Future.succeededFuture(new Found.Refused(refuse));
    }
}
