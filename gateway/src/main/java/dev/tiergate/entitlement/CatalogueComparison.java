package dev.tiergate.entitlement;

import dev.tiergate.entitlement.CatalogueChange.Action;
import dev.tiergate.entitlement.CatalogueChange.Difference;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Where two catalogues of one plan differ. Pure. */
final class CatalogueComparison {

    /**
     * @param tiers of which each store notices it
     * @param feature of which each store with an override notices it; null for none
     */
    record Found(
            Action action,
            CatalogueEntry entry,
            List<Difference> differences,
            Set<String> tiers,
            @Nullable String feature) {}

    private CatalogueComparison() {}

    /** What has to become of {@code before}, so that it is {@code after}: added and changed as they stand there, then removed. */
    static List<Found> between(CatalogueRows before, CatalogueRows after) {
        var old = byName(before);
        var found = new ArrayList<Found>();
        byName(after).forEach((name, entry) -> {
            var was = old.remove(name);
            if (was == null) {
                found.add(new Found(Action.ADDED, entry, said(entry), entry.tiers(), entry.feature()));
            } else if (!was.attributes().equals(entry.attributes())) {
                found.add(changed(was, entry));
            }
        });
        old.values()
                .forEach(gone -> found.add(new Found(Action.REMOVED, gone, List.of(), gone.tiers(), gone.feature())));
        return found;
    }

    private static Map<String, CatalogueEntry> byName(CatalogueRows rows) {
        return CatalogueEntry.all(rows).stream()
                .collect(Collectors.toMap(
                        CatalogueChange::what, Function.identity(), (one, other) -> one, LinkedHashMap::new));
    }

    private static List<Difference> said(CatalogueEntry entry) {
        return entry.attributes().entrySet().stream()
                .filter(attribute -> !attribute.getValue().isEmpty())
                .map(attribute -> new Difference(attribute.getKey(), "", attribute.getValue()))
                .toList();
    }

    private static Found changed(CatalogueEntry was, CatalogueEntry is) {
        var keys = new LinkedHashSet<>(is.attributes().keySet());
        keys.addAll(was.attributes().keySet());
        var differences = keys.stream()
                .map(key -> new Difference(
                        key,
                        was.attributes().getOrDefault(key, ""),
                        is.attributes().getOrDefault(key, "")))
                .filter(difference -> !difference.from().equals(difference.to()))
                .toList();
        return new Found(Action.CHANGED, is, differences, touched(was, is, differences), is.feature());
    }

    /** Where nothing but some tiers' share changed, the stores of the other tiers notice nothing. */
    private static Set<String> touched(CatalogueEntry was, CatalogueEntry is, List<Difference> differences) {
        var either = new TreeSet<>(was.tiers());
        either.addAll(is.tiers());
        var named = new TreeSet<String>();
        for (var difference : differences) {
            if (difference.attribute().startsWith(CatalogueEntry.VALUES)) {
                named.add(difference.attribute().substring(CatalogueEntry.VALUES.length()));
            } else if (difference.attribute().equals(CatalogueEntry.TIERS)) {
                either.stream()
                        .filter(tier -> was.tiers().contains(tier) != is.tiers().contains(tier))
                        .forEach(named::add);
            } else {
                return either;
            }
        }
        return named;
    }
}
