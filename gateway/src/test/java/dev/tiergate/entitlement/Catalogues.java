package dev.tiergate.entitlement;

import java.util.ArrayList;
import java.util.List;

/** Several plans in one catalogue. */
final class Catalogues {

    private Catalogues() {}

    static Catalogue merged(String... files) {
        CatalogueRows all = empty(1);
        for (var file : files) {
            all = join(all, rows(file));
        }
        return Catalogue.of(all, (table, key, why) -> {
            throw new AssertionError(table + " " + key + " " + why);
        });
    }

    static CatalogueRows rows(String file) {
        try {
            return CatalogueFile.parse("test.yaml", file).rows();
        } catch (CatalogueFile.InvalidCatalogueException e) {
            throw new AssertionError(e);
        }
    }

    static CatalogueRows at(long revision, CatalogueRows rows) {
        return join(empty(revision), rows);
    }

    private static CatalogueRows empty(long revision) {
        return new CatalogueRows(
                revision, List.of(), List.of(), List.of(), List.of(), List.of(), List.of(), List.of(), null);
    }

    private static CatalogueRows join(CatalogueRows one, CatalogueRows other) {
        return new CatalogueRows(
                one.revision(),
                both(one.tiers(), other.tiers()),
                both(one.features(), other.features()),
                both(one.assignments(), other.assignments()),
                both(one.limits(), other.limits()),
                both(one.tierLimits(), other.tierLimits()),
                both(one.modelGroups(), other.modelGroups()),
                both(one.tierModelGroups(), other.tierModelGroups()),
                null);
    }

    private static <T> List<T> both(List<T> one, List<T> other) {
        var all = new ArrayList<>(one);
        all.addAll(other);
        return all;
    }
}
