package dev.tiergate.plugin;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** What one store may use: an immutable view, the same for the gate, the APIs and the plugins. */
public interface Entitlements {

    StoreRef store();

    /** True when the store's subscription is active; otherwise every gated route refuses. */
    boolean active();

    TierRef tier();

    /** The feature's names; empty when the catalogue has no such feature. */
    Optional<FeatureRef> feature(String featureCode);

    /** The one rule: may the store use this feature at that time, and what says so. */
    Availability availability(String featureCode, Instant now);

    /** True when the store's tier is the named one of its plan or a higher one. */
    boolean holdsTier(String tierCode);

    /** The roles of which a caller needs one to use the feature, as the store has set it; empty when everybody may. */
    Set<String> roles(String featureCode);

    /** True for a feature that the catalogue marks as beta. */
    boolean beta(String featureCode);

    /** True when the store has asked to try the feature. */
    boolean optedIn(String featureCode);

    /** Model names that the store may use through this feature, lower case. */
    Set<String> models(String featureCode, Instant now);

    /** True when the store's tier holds the model group. */
    boolean holdsModelGroup(String groupCode);

    /** The largest model group of the store's plan that lists a model; empty for a model that none lists. */
    Optional<String> modelGroup(String model);

    /** The limits of a feature as they bind this store, unlimited ones included. */
    List<Limit> limits(String featureCode, Instant now);

    /** One limit by its code as it binds this store; empty when the store is not limited by it. */
    Optional<Limit> limit(String limitCode, Instant now);

    /** The cheapest active public tier above the store's that meets the need, and whether all above it do too. */
    Optional<Upgrade> upgrade(Need need, Instant now);

    /**
     * A tier to change to.
     *
     * @param orHigher true when every offered tier above it would do as well
     */
    record Upgrade(TierRef tier, boolean orHigher) {}
}
