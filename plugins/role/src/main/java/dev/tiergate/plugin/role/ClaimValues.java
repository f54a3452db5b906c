package dev.tiergate.plugin.role;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Reads claims that hold names. What is neither a text nor a whole number names nothing. */
final class ClaimValues {

    private ClaimValues() {}

    /** A text is words, as {@code scope} has them. */
    static Set<String> words(Map<String, Object> claims, String claim) {
        var value = at(claims, claim);
        return names(value instanceof String text ? List.of(text.strip().split(" +")) : value);
    }

    /** A text is one name, spaces and all. */
    static Set<String> whole(Map<String, Object> claims, String claim) {
        return names(at(claims, claim));
    }

    /** A claim of just this name comes first: some have a URL for a name, whose dots lead nowhere. */
    private static @Nullable Object at(Map<String, Object> claims, String claim) {
        var plain = claims.get(claim);
        if (plain != null) {
            return plain;
        }
        Object value = claims;
        for (var name : claim.split("\\.", -1)) {
            value = value instanceof Map<?, ?> members ? members.get(name) : null;
        }
        return value;
    }

    private static Set<String> names(@Nullable Object value) {
        return value instanceof List<?> list
                ? list.stream().flatMap(each -> name(each).stream()).collect(Collectors.toSet())
                : name(value).map(Set::of).orElse(Set.of());
    }

    private static Optional<String> name(@Nullable Object value) {
        return value instanceof String || value instanceof Long ? Optional.of(value.toString()) : Optional.empty();
    }
}
