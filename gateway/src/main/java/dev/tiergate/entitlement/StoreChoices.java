package dev.tiergate.entitlement;

import java.util.Map;
import java.util.Set;

/**
 * What a store has set itself, by its own API. One object, as most stores have set nothing and share {@link #NONE}.
 *
 * @param roles by feature code, where the store keeps one for some roles
 * @param optIns codes of the features that the store asked to try
 */
record StoreChoices(Map<String, Set<String>> roles, Set<String> optIns) {

    static final StoreChoices NONE = new StoreChoices(Map.of(), Set.of());

    static StoreChoices of(Map<String, Set<String>> roles, Set<String> optIns) {
        return roles.isEmpty() && optIns.isEmpty() ? NONE : new StoreChoices(roles, optIns);
    }
}
