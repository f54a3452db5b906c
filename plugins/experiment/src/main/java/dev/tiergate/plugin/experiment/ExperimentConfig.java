package dev.tiergate.plugin.experiment;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What stands under {@code experiment:} in routes.yaml.
 *
 * @param name of the experiment: the same name gives the same variants, on every route and node
 * @param key who gets a variant; {@code store} unless given
 * @param weights each variant with its share, 0 to {@value #MAX_WEIGHT} of the sum of all; in the file's order
 * @param control the variant of those who take no part; the first one unless given
 * @param allow the variants that may use the route; empty for all
 * @param off true when everybody gets the control variant
 */
public record ExperimentConfig(
        String name, Key key, Map<String, Integer> weights, String control, Set<String> allow, Boolean off) {

    static final int MAX_WEIGHT = 1000;
    static final int MAX_VARIANTS = 20;
    private static final String NAME = "(?=.{1,40}$)[a-z0-9]+(-[a-z0-9]+)*";

    /** Who gets a variant. */
    public enum Key {
        STORE,
        USER
    }

    public ExperimentConfig(
            @Nullable String name,
            @Nullable Key key,
            @Nullable Map<String, Integer> weights,
            @Nullable String control,
            @Nullable Set<String> allow,
            @Nullable Boolean off) {
        if (name == null || weights == null) {
            throw new IllegalArgumentException(
                    "experiment needs 'name' and 'weights', such as name: new-checkout, weights: { a: 50, b: 50 }");
        }
        this.name = named(name);
        this.key = key == null ? Key.STORE : key;
        this.weights = checked(weights);
        this.control = control == null ? this.weights.keySet().iterator().next() : among(this.weights, control);
        this.allow = allow == null ? Set.of() : checked(allow, this.weights);
        this.off = off != null && off;
    }

    private static Map<String, Integer> checked(Map<String, Integer> weights) {
        if (weights.size() < 2 || weights.size() > MAX_VARIANTS) {
            throw new IllegalArgumentException("'weights' has 2 to " + MAX_VARIANTS + " variants");
        }
        var sum = 0;
        for (var variant : weights.entrySet()) {
            var weight = variant.getValue();
            if (weight == null || weight < 0 || weight > MAX_WEIGHT) {
                throw new IllegalArgumentException(
                        "the weight of '" + named(variant.getKey()) + "' is a whole number from 0 to " + MAX_WEIGHT);
            }
            named(variant.getKey());
            sum += weight;
        }
        if (sum == 0) {
            throw new IllegalArgumentException("'weights' gives nobody a variant; one has to be above 0");
        }
        return Collections.unmodifiableMap(new LinkedHashMap<>(weights));
    }

    private static Set<String> checked(Set<String> allow, Map<String, Integer> weights) {
        if (allow.isEmpty()) {
            throw new IllegalArgumentException("'allow' lets nobody in; leave it out to let all in");
        }
        allow.forEach(variant -> among(weights, variant));
        return Set.copyOf(allow);
    }

    private static String among(Map<String, Integer> weights, String variant) {
        if (!weights.containsKey(variant)) {
            throw new IllegalArgumentException(
                    "'" + variant + "' is none of the variants, which are " + String.join(", ", weights.keySet()));
        }
        return variant;
    }

    /** As a header's name can have it, and nothing that the hash could mix up. */
    private static String named(String text) {
        if (!text.matches(NAME)) {
            throw new IllegalArgumentException(
                    "'" + text + "' is no name of 1 to 40 small letters, digits and hyphens, such as new-checkout");
        }
        return text;
    }
}
