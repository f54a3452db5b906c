package dev.tiergate.api.ofrep;

import dev.tiergate.api.KnownStores.Asker;
import java.time.Instant;
import java.util.Map;

/** A feature as an OpenFeature client is told of it. */
public final class FeatureFlag {

    private FeatureFlag() {}

    /** The metadata, and the value under the name {@code value}. */
    public static Map<?, ?> of(Asker asker, String feature, Instant now) {
        var flag = new Evaluator(asker, Map.of(), now, "enforce", null)
                .one(feature)
                .orElseThrow();
        var told = flag.json().getJsonObject("metadata").getMap();
        told.put("value", flag.members().get("value"));
        return told;
    }
}
