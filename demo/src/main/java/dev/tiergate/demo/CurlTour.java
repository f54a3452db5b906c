package dev.tiergate.demo;

import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What the demo invites to try: requests in an order in which each answers as it says. */
final class CurlTour {

    private static final String SALES = "/api/v1/analytics/advanced/sales";
    private static final String ADMIN = "/api/v1/admin";
    private static final String FEATURE = ADMIN + "/features/advanced_analytics";
    private static final String OVERRIDES =
            ADMIN + "/features/stores/" + DemoStore.ESSENTIAL.externalId() + "/overrides";
    private static final String TRIAL = OVERRIDES + "/advanced_analytics";
    private static final String OVERRIDE =
            "{\"feature_code\":\"advanced_analytics\",\"enabled\":true,\"reason\":\"Trial\"}";

    private CurlTour() {}

    /**
     * One request.
     *
     * @param caller whose token goes along, and an operator's to the admin port; null for none
     * @param header one more, null for none
     * @param body JSON, null for none
     * @param status what comes back
     * @param contains what the answer's body holds
     * @param why in a few words
     */
    record Step(
            String why,
            @Nullable DemoCaller caller,
            String method,
            String path,
            @Nullable String header,
            @Nullable String body,
            int status,
            String contains) {

        Step with(String oneMore) {
            return new Step(why, caller, method, path, oneMore, body, status, contains);
        }

        /** As it is pasted into a shell. */
        String curl(String gateway, String admin, Path tokens) {
            var line = new StringBuilder("curl -si");
            if (!method.equals("GET")) {
                line.append(" -X ").append(method);
            }
            if (caller != null) {
                line.append(" -H \"Authorization: Bearer $(cat ")
                        .append(tokens.resolve(caller.tokenFile()))
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
            return line.append(' ')
                    .append(caller instanceof DemoOperator ? admin : gateway)
                    .append(path)
                    .toString();
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
                        SALES,
                        403,
                        "Feature 'advanced_analytics' requires Business tier or higher"),
                get("which this store has", DemoStore.BUSINESS, SALES, 200, "legacy"),
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
                post("the third is one too many", DemoStore.FREE, "/api/chat/documents", "{}", 429, "LIMIT_EXCEEDED"),
                get(
                        "an operator who may read: which tier has a feature",
                        DemoOperator.VIEWER,
                        FEATURE,
                        200,
                        "\"minimum_tier_code\":\"business\""),
                post("and may not change", DemoOperator.VIEWER, OVERRIDES, OVERRIDE, 403, "role_missing"),
                post("one who may: a trial for one store", DemoOperator.EDITOR, OVERRIDES, OVERRIDE, 201, "Trial"),
                get("which now has what Business has", DemoStore.ESSENTIAL, SALES, 200, "legacy"),
                new Step("the end of the trial", DemoOperator.EDITOR, "DELETE", TRIAL, "If-Match: *", null, 204, ""),
                get("and it is refused again", DemoStore.ESSENTIAL, SALES, 403, "Business"));
    }

    private static Step get(String why, @Nullable DemoCaller caller, String path, int status, String contains) {
        return new Step(why, caller, "GET", path, null, null, status, contains);
    }

    private static Step post(String why, DemoCaller caller, String path, String body, int status, String contains) {
        return new Step(why, caller, "POST", path, null, body, status, contains);
    }
}
