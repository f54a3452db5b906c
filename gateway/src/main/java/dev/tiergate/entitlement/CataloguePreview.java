package dev.tiergate.entitlement;

import dev.tiergate.entitlement.CatalogueChange.Action;
import java.util.List;
import java.util.Optional;

/**
 * What an import changes.
 *
 * @param kept what the database has, the file does not name, and the import leaves alone, such as {@code tier old}
 * @param revision of the database before; after, once it is carried out
 */
public record CataloguePreview(String plan, List<CatalogueChange> changes, List<String> kept, long revision) {

    public CataloguePreview {
        changes = List.copyOf(changes);
        kept = List.copyOf(kept);
    }

    /** True when the database says what the file says already. */
    public boolean nothingToChange() {
        return changes.isEmpty();
    }

    /** Why it cannot be carried out, as a sentence: a tier that stores have cannot be removed. */
    public Optional<String> obstacle() {
        return changes.stream()
                .filter(change ->
                        change.action() == Action.REMOVED && change.what().startsWith("tier ") && change.stores() > 0)
                .findFirst()
                .map(change ->
                        "The " + change.what() + " cannot be removed while stores have it: give them another first");
    }

    public long count(Action action) {
        return changes.stream().filter(change -> change.action() == action).count();
    }
}
