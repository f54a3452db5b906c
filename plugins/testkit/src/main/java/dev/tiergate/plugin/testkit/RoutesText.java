package dev.tiergate.plugin.testkit;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Pattern;

/** A routes.yaml of which a test writes what matters to it. */
final class RoutesText {

    /** What it begins with, by its key. */
    private static final Map<String, String> HEAD = new LinkedHashMap<>();

    static {
        HEAD.put("version", "version: 1\n");
        HEAD.put("upstreams", "upstreams: { shop: { endpoints: [ \"${SHOP}\" ] } }\n");
        HEAD.put("auth", """
                auth:
                  jwt: { public-keys: [ "${KEY}" ], algorithms: [ ES256 ], issuer: "https://id.example.com/", audience: shop }
                """);
    }

    private RoutesText() {}

    /** With each part of the head whose key the text does not have. */
    static String whole(String text) {
        var all = new StringBuilder();
        HEAD.forEach((key, part) -> {
            if (!Pattern.compile("(?m)^" + key + ":").matcher(text).find()) {
                all.append(part);
            }
        });
        return all.append(text).toString();
    }
}
