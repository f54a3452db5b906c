package dev.tiergate.entitlement;

import dev.tiergate.plugin.Availability;
import dev.tiergate.plugin.Limit;
import dev.tiergate.plugin.TierRef;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * All answers for a store of this tier that has no overrides, made when the catalogue is loaded.
 *
 * @param offered whether a store can change to it: active and public
 * @param held the features that the tier is assigned
 * @param availability of every feature of the plan
 * @param limits of every feature of the plan, by feature code; the store's own under the empty code
 * @param models of every feature of the plan, lower case; all of the tier's under the empty code
 */
record TierView(
        Catalogue catalogue,
        Catalogue.Tier tier,
        boolean offered,
        Set<String> held,
        Map<String, Availability> availability,
        Map<String, List<Limit>> limits,
        Map<String, Set<String>> models,
        Set<String> modelGroups) {

    TierRef ref() {
        return tier.ref();
    }

    String plan() {
        return tier.plan();
    }

    @Override
    public boolean equals(Object other) {
        return this == other;
    }

    @Override
    public int hashCode() {
        return System.identityHashCode(this);
    }

    @Override
    public String toString() {
        return "TierView[" + plan() + "/" + ref().code() + "]";
    }
}
