package dev.tiergate.api;

import io.netty.handler.codec.http.QueryStringDecoder;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/** The parameters of a request's query. */
final class Query {

    static final long MOST_UNITS = 1_000_000_000_000L;

    private static final String WHOLE_NUMBER = "[0-9]{1,18}";

    private final @Nullable Map<String, List<String>> parameters;

    private Query(@Nullable Map<String, List<String>> parameters) {
        this.parameters = parameters;
    }

    /** @param raw without the question mark; null for none */
    static Query of(@Nullable String raw) {
        try {
            return new Query(raw == null ? Map.of() : new QueryStringDecoder(raw, false).parameters());
        } catch (IllegalArgumentException notEncodedWell) {
            return new Query(null);
        }
    }

    /** False where the query cannot be read, or names the parameter more than once. */
    boolean isClearAbout(String name) {
        return parameters != null && parameters.getOrDefault(name, List.of()).size() <= 1;
    }

    /** The first value; empty where there is none. */
    Optional<String> text(String name) {
        var values = parameters == null ? List.<String>of() : parameters.getOrDefault(name, List.of());
        return values.stream().findFirst();
    }

    /** A whole number from 1 to {@link #MOST_UNITS}, 1 where it is not given; empty where it is something else. */
    OptionalLong units(String name) {
        var text = text(name).orElse("1");
        if (!isClearAbout(name) || !text.matches(WHOLE_NUMBER)) {
            return OptionalLong.empty();
        }
        var units = Long.parseLong(text);
        return units >= 1 && units <= MOST_UNITS ? OptionalLong.of(units) : OptionalLong.empty();
    }
}
