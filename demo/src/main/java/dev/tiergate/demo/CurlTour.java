package dev.tiergate.demo;

import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What the demo invites to try: requests in an order in which each answers as it says. */
final class CurlTour {

    private CurlTour() {}

    /**
     * One request.
     *
     * @param store whose token goes along; null for none
     * @param header one more, null for none
     * @param body JSON, null for none
     * @param status what comes back
     * @param contains what the answer's body holds
     * @param why in a few words
     */
    record Step(
            String why,
            @Nullable DemoStore store,
            String method,
            String path,
            @Nullable String header,
            @Nullable String body,
            int status,
            String contains) {

        Step with(String oneMore) {
            return new Step(why, store, method, path, oneMore, body, status, contains);
        }

        /** As it is pasted into a shell. */
        String curl(String gateway, Path tokens) {
            var line = new StringBuilder("curl -si");
            if (!method.equals("GET")) {
                line.append(" -X ").append(method);
            }
            if (store != null) {
                line.append(" -H \"Authorization: Bearer $(cat ")
                        .append(tokens.resolve(store.tokenFile()))
                        .append(")\"");
            }
            if (header != null) {
                line.append(" -H '").append(header).append('\'');
            }
            if (body != null) {
                line.append(" -H 'Content-Type: application/json' -d '")
                        .append(body)
                        .append('\'');
            }
            return line.append(' ').append(gateway).append(path).toString();
        }

        String promise() {
            return status + " " + why;
        }
    }

    static List<Step> steps() {
        return List.of(
                get("a public route needs no token", null, "/health", 200, "ok"),
                get("no token, no way in", null, "/api/products", 401, "authentication_required"),
                get("every tier sees its products", DemoStore.ESSENTIAL, "/api/products", 200, "Teapot"),
                get(
                        "the dashboard asks for Professional",
                        DemoStore.ESSENTIAL,
                        "/api/v1/analytics/dashboard",
                        403,
                        "\"required_tier\":\"Professional\""),
                get("which this store has", DemoStore.PROFESSIONAL, "/api/v1/analytics/dashboard", 200, "legacy"),
                get(
                        "advanced analytics ask for Business",
                        DemoStore.PROFESSIONAL,
                        "/api/v1/analytics/advanced/sales",
                        403,
                        "Feature 'advanced_analytics' requires Business tier or higher"),
                get("which this store has", DemoStore.BUSINESS, "/api/v1/analytics/advanced/sales", 200, "legacy"),
                post(
                        "a product more: see the RateLimit header count down from 200",
                        DemoStore.ESSENTIAL,
                        "/api/products",
                        "{\"name\":\"Kettle\"}",
                        201,
                        "Kettle"),
                get("a tier without a feature", DemoStore.ESSENTIAL, "/api/reports/q3", 403, "Business"),
                get(
                        "a plugin: for the shop's own page only",
                        DemoStore.BUSINESS,
                        "/api/team/audit-log",
                        403,
                        "header_required"),
                get("which says who it is", DemoStore.BUSINESS, "/api/team/audit-log", 200, "legacy")
                        .with("X-Client: web"),
                get("a path with two readings", DemoStore.BUSINESS, "/api/v1%2Fanalytics", 400, "ambiguous_path"),
                get("what no line maps", DemoStore.BUSINESS, "/api/unheard-of", 404, "no_route"),
                post(
                        "the assistant: a model of the free tier",
                        DemoStore.FREE,
                        "/api/chat",
                        "{\"model\":\"gpt-3.5-turbo\"}",
                        200,
                        "legacy"),
                post(
                        "a model that free does not hold, refused as its pages expect",
                        DemoStore.FREE,
                        "/api/chat",
                        "{\"model\":\"gpt-4\"}",
                        403,
                        "MODEL_DENIED"),
                post("which premium holds", DemoStore.PREMIUM, "/api/chat", "{\"model\":\"gpt-4\"}", 200, "legacy"),
                post("documents: 2 a day", DemoStore.FREE, "/api/chat/documents", "{}", 200, "legacy"),
                post("the second", DemoStore.FREE, "/api/chat/documents", "{}", 200, "legacy"),
                post("the third is one too many", DemoStore.FREE, "/api/chat/documents", "{}", 429, "LIMIT_EXCEEDED"));
    }

    private static Step get(String why, @Nullable DemoStore store, String path, int status, String contains) {
        return new Step(why, store, "GET", path, null, null, status, contains);
    }

    private static Step post(String why, DemoStore store, String path, String body, int status, String contains) {
        return new Step(why, store, "POST", path, null, body, status, contains);
    }
}
