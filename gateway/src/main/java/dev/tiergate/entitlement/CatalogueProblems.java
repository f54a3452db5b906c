package dev.tiergate.entitlement;

import dev.tiergate.entitlement.CatalogueFile.InvalidCatalogueException;
import dev.tiergate.routes.yaml.Position;
import java.util.ArrayList;
import java.util.List;

/** What is wrong with a catalogue file, collected. */
final class CatalogueProblems {

    private final String file;
    private final List<String> found = new ArrayList<>();

    CatalogueProblems(String file) {
        this.file = file;
    }

    void add(Position at, String message) {
        found.add(file + ":" + at.line() + ":" + at.column() + ": " + message);
    }

    void throwIfAny() throws InvalidCatalogueException {
        if (!found.isEmpty()) {
            throw new InvalidCatalogueException(found);
        }
    }
}
