package dev.tiergate.api.admin;

import dev.tiergate.RunningGateway;
import dev.tiergate.fixtures.RawClient;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Asks the admin API of a running gateway; every answer is held against openapi.yaml. */
final class AdminClient {

    private final RunningGateway gateway;

    AdminClient(RunningGateway gateway) {
        this.gateway = gateway;
    }

    record Answer(RawClient.Response response) {

        int status() {
            return response.status();
        }

        String text() {
            return response.text();
        }

        JsonObject object() {
            return new JsonObject(response.text());
        }

        JsonArray array() {
            return new JsonArray(response.text());
        }

        String etag() {
            return response.header("ETag").orElseThrow(() -> new AssertionError(status() + " " + text()));
        }

        String reason() {
            return object().getString("reason");
        }

        /** Where the faults of a problem are. */
        List<String> pointers() {
            return object().getJsonArray("errors", new JsonArray()).stream()
                    .map(fault -> ((JsonObject) fault).getString("pointer"))
                    .toList();
        }
    }

    Answer get(String path) {
        return send("GET", path, "", Map.of());
    }

    Answer post(String path, Object body) {
        return send("POST", path, body.toString(), Map.of());
    }

    Answer put(String path, Object body, String etag) {
        return send("PUT", path, body.toString(), Map.of("If-Match", etag));
    }

    Answer patch(String path, Object body, String etag) {
        return send("PATCH", path, body.toString(), Map.of("If-Match", etag));
    }

    Answer delete(String path, String etag) {
        return send("DELETE", path, "", Map.of("If-Match", etag));
    }

    Answer send(String method, String path, String body, Map<String, String> headers) {
        return new Answer(gateway.admin(method, path, body, headers));
    }

    /** With a token of this role instead of an admin's. */
    Answer as(String role, String method, String path, String body, Map<String, String> headers) {
        var all = new TreeMap<>(headers);
        all.put("Authorization", "Bearer " + gateway.adminToken(role));
        return send(method, path, body, all);
    }

    /** One member of each item of a list. */
    static List<String> each(JsonObject page, String member) {
        return page.getJsonArray("items").stream()
                .map(item -> ((JsonObject) item).getString(member))
                .toList();
    }

    /** One member of each item of all parts of a list. */
    List<String> pages(String path, String member) {
        var all = new ArrayList<String>();
        var cursor = "";
        do {
            var page = get(path + cursor).object();
            all.addAll(each(page, member));
            cursor = page.getString("next_cursor") == null ? "" : "&cursor=" + page.getString("next_cursor");
        } while (!cursor.isEmpty());
        return all;
    }
}
