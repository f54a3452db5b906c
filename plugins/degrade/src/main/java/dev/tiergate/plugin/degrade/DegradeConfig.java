package dev.tiergate.plugin.degrade;

import dev.tiergate.plugin.Fallback;
import dev.tiergate.plugin.Reason;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What stands under {@code degrade:} in routes.yaml.
 *
 * @param on codes of the refusals that are answered so; where it is left out, those that another tier, or waiting, would lift
 * @param clamp as in {@link Less}, for tiers that {@code tiers} does not name; so are the next three
 * @param tiers what requests of stores of a tier are turned into, by the tier's code
 */
public record DegradeConfig(
        List<String> on,
        @Nullable Map<String, Long> clamp,
        @Nullable Map<String, String> set,
        @Nullable Map<String, String> headers,
        @Nullable String upstream,
        Map<String, Less> tiers) {

    /** Not what an operator switched off, for everybody or for one store. */
    private static final List<String> LIFTED = Stream.of(
                    Reason.TIER_TOO_LOW,
                    Reason.DEPENDENCY_MISSING,
                    Reason.MODEL_NOT_ALLOWED,
                    Reason.LIMIT_REACHED,
                    Reason.CONCURRENCY_REACHED)
            .map(Reason::code)
            .toList();

    private static final List<String> POSSIBLE =
            Fallback.AFTER.stream().map(Reason::code).sorted().toList();

    public DegradeConfig(
            @Nullable List<String> on,
            @Nullable Map<String, Long> clamp,
            @Nullable Map<String, String> set,
            @Nullable Map<String, String> headers,
            @Nullable String upstream,
            @Nullable Map<String, Less> tiers) {
        this.on = on == null ? LIFTED : List.copyOf(on);
        this.clamp = clamp;
        this.set = set;
        this.headers = headers;
        this.upstream = upstream;
        this.tiers = tiers == null ? Map.of() : Map.copyOf(tiers);
        if (this.tiers.isEmpty() || forOthers()) {
            others();
        }
        for (var code : this.on) {
            if (!POSSIBLE.contains(code)) {
                throw new IllegalArgumentException(
                        "nothing is offered after '" + code + "'; 'on' can name " + String.join(", ", POSSIBLE));
            }
        }
    }

    private boolean forOthers() {
        return clamp != null || set != null || headers != null || upstream != null;
    }

    /** @throws IllegalArgumentException where nothing is said for other tiers, or what cannot be */
    private Less others() {
        return new Less(clamp, set, headers, upstream);
    }

    /** Empty where requests of stores of the tier are refused. */
    Optional<Less> less(String tier) {
        var own = tiers.get(tier);
        return own != null ? Optional.of(own) : forOthers() ? Optional.of(others()) : Optional.empty();
    }

    /** @throws IllegalArgumentException where requests would go to an upstream that is none of these */
    void checkUpstreams(Collection<String> names) {
        checkUpstream(upstream, names);
        tiers.values().forEach(less -> checkUpstream(less.upstream(), names));
    }

    private static void checkUpstream(@Nullable String name, Collection<String> names) {
        if (name != null && !names.contains(name)) {
            throw new IllegalArgumentException("there is no upstream '" + name + "'");
        }
    }
}
