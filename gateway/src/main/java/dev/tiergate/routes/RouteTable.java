package dev.tiergate.routes;

import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Routes by what they match; the cost of a match grows with the path's length, not with the number of routes. */
public interface RouteTable {

    /**
     * @param host without port, lower case; null when unknown
     * @param header the value of a request header by its name in lower case
     */
    Match match(@Nullable String host, String method, CanonicalPath path, Function<String, @Nullable String> header);
}
