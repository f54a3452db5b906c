package dev.tiergate.routes;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Routes from lines of YAML; what is left out is as it has to be for a match to be looked at. */
final class Routes {

    private Routes() {}

    /** @param lines such as {@code path: /a, methods: [ GET ]} */
    static RouteTable table(String... lines) {
        return config(lines).table();
    }

    static GatewayConfig config(String... lines) {
        String routes = Stream.of(lines)
                .map(line -> "  - { " + line + ", public: true, upstream: shop }\n")
                .collect(Collectors.joining());
        String file = "version: 1\napis: { store: off, user: off, ofrep: off }\n"
                + "upstreams: { shop: { endpoints: [ \"http://127.0.0.1:9001\" ] } }\nroutes:\n"
                + routes;
        LoadResult result = new RoutesLoader(List.of(), name -> null).load("routes.yaml", file, null);
        if (result instanceof LoadResult.Loaded loaded) {
            return loaded.config();
        }
        throw new IllegalArgumentException(new ArrayList<>(((LoadResult.Rejected) result).problems()).toString());
    }
}
