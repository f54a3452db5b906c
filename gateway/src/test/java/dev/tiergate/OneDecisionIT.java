package dev.tiergate;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tiergate.fixtures.RawClient;
import io.vertx.core.json.JsonObject;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * For a random catalogue and random stores, all that is told of a feature is what the gate does to a request for it; and
 * nothing but the gate charges. The failing seed again: {@code -Dtiergate.seed=}.
 */
class OneDecisionIT {

    private static final int STORES = 20;
    private static final int MOST_USED = 8;

    private static final String STORE_API = "/api/v1/store/";
    private static final String FLAGS = "/ofrep/v1/evaluate/flags";

    private static final long SEED = Long.getLong("tiergate.seed", new Random().nextLong() >>> 1);

    private static RunningGateway gateway;
    private static RandomShop shop;

    /** How often the gate said what, so that a shop that shows nothing is noticed. */
    private final Map<Integer, Integer> said = new HashMap<>();

    @BeforeAll
    static void start() throws Exception {
        shop = new RandomShop(SEED, STORES);
        var database = shop.database();
        gateway = RunningGateway.start(shop.routes(), Map.of("TIERGATE_DATABASE_URL", database), List.of());
        shop.stores().forEach(store -> shop.write(gateway, store));
    }

    @AfterAll
    static void stop() throws Exception {
        gateway.close();
    }

    @Test
    void every_face_says_what_the_gate_does_and_only_the_gate_charges() {
        for (var store : shop.stores()) {
            var caller = new Caller(gateway.token(store, Map.of("roles", shop.someRoles())));
            for (int i = shop.random().nextInt(MOST_USED); i > 0; i--) {
                caller.get("/"
                        + shop.features()
                                .get(shop.random().nextInt(shop.features().size())));
            }
            for (var feature : shop.features()) {
                agree(caller, feature, "seed %d, store %s, feature %s".formatted(SEED, store, feature));
            }
        }
        assertThat(said).as("seed %d", SEED).containsKeys(200, 403, 429);
    }

    private void agree(Caller caller, String feature, String where) {
        var before = caller.usage();
        var told = Told.by(caller, feature, before);
        assertThat(caller.usage()).as("reading charges nothing: %s", where).isEqualTo(before);

        var gate = caller.get("/" + feature);
        var after = caller.usage();
        said.merge(gate.status(), 1, Integer::sum);
        if (gate.status() == 200) {
            told.allAllow(where);
            told.allHaveRoom(where);
            assertThat(after).as(where).isEqualTo(charged(before, feature));
            headersAgree(gate, told.limits(after), where);
        } else {
            assertThat(after).as("a refusal charges nothing: %s", where).isEqualTo(before);
            var refusal = new JsonObject(gate.text());
            if (gate.status() == 429) {
                told.allAllow(where);
                told.oneIsReached(refusal, where);
            } else {
                assertThat(gate.status()).as(where).isEqualTo(403);
                var phoenix = new JsonObject(caller.get("/phoenix/" + feature).text());
                told.allRefuse(refusal, phoenix.getString("reason"), where);
            }
        }
    }

    /** The same with one more unit of every limit of the feature. */
    private static Map<String, JsonObject> charged(Map<String, JsonObject> before, String feature) {
        var after = new LinkedHashMap<String, JsonObject>();
        before.forEach((code, usage) -> after.put(code, code.startsWith(feature) ? oneMore(usage) : usage));
        return after;
    }

    private static JsonObject oneMore(JsonObject usage) {
        long current = usage.getLong("current") + 1;
        long limit = usage.getLong("limit");
        if (limit < 0) {
            return usage.copy().put("current", (int) current);
        }
        long percentage = current * 100 / limit;
        return usage.copy()
                .put("current", (int) current)
                .put("remaining", (int) (limit - current))
                .put("percentage", (int) percentage)
                .put("is_approaching_limit", percentage >= 80)
                .put("is_at_limit", current == limit);
    }

    private static void headersAgree(RawClient.Response gate, List<JsonObject> after, String where) {
        for (var usage : after) {
            if (!usage.getBoolean("is_unlimited")) {
                assertThat(gate.header("RateLimit").orElse(""))
                        .as(where)
                        .contains("\"" + usage.getString("limit_type") + "\";r=" + usage.getLong("remaining") + ";");
            }
        }
    }

    private record Caller(String token) {

        RawClient.Response get(String target) {
            return send("GET " + target + " HTTP/1.1\r\n", "");
        }

        JsonObject json(String target) {
            return new JsonObject(get(target).text());
        }

        JsonObject flags(String path) {
            return new JsonObject(send("POST " + path + " HTTP/1.1\r\nContent-Length: 2\r\n", "{}")
                    .text());
        }

        private RawClient.Response send(String line, String body) {
            return gateway.exchange(line + "Host: gw.test\r\nContent-Type: application/json\r\nAuthorization: Bearer "
                    + token + "\r\n\r\n" + body);
        }

        /** By limit. */
        Map<String, JsonObject> usage() {
            var all = new LinkedHashMap<String, JsonObject>();
            json(STORE_API + "usage").getJsonArray("usage").stream()
                    .map(JsonObject.class::cast)
                    .forEach(usage -> all.put(usage.getString("limit_type"), usage));
            return all;
        }
    }

    /**
     * What is told of a feature before the gate is asked.
     *
     * @param rooms answers to {@code usage/check} of its limits that bind the store
     */
    private record Told(
            String feature,
            JsonObject check,
            JsonObject one,
            boolean available,
            JsonObject page,
            JsonObject flag,
            JsonObject inBulk,
            Map<String, JsonObject> usage,
            Map<String, JsonObject> rooms) {

        static Told by(Caller caller, String feature, Map<String, JsonObject> usage) {
            var rooms = new LinkedHashMap<String, JsonObject>();
            usage.keySet().stream()
                    .filter(code -> code.startsWith(feature))
                    .forEach(code -> rooms.put(code, caller.json(STORE_API + "usage/check/" + code)));
            return new Told(
                    feature,
                    caller.json(STORE_API + "features/" + feature + "/check"),
                    caller.json(STORE_API + "features/" + feature),
                    caller.json(STORE_API + "features/available")
                            .getJsonArray("features")
                            .contains(feature),
                    caller.json("/api/user/features")
                            .getJsonObject("data")
                            .getJsonObject("features")
                            .getJsonObject(feature),
                    caller.flags(FLAGS + "/" + feature),
                    caller.flags(FLAGS).getJsonArray("flags").stream()
                            .map(JsonObject.class::cast)
                            .filter(flag -> flag.getString("key").equals(feature))
                            .findFirst()
                            .orElseThrow(),
                    usage,
                    rooms);
        }

        List<JsonObject> limits(Map<String, JsonObject> all) {
            return all.entrySet().stream()
                    .filter(entry -> entry.getKey().startsWith(feature))
                    .map(Map.Entry::getValue)
                    .toList();
        }

        void allAllow(String where) {
            assertThat(check.getBoolean("has_feature")).as(where).isTrue();
            assertThat(one.getBoolean("is_available")).as(where).isTrue();
            assertThat(available).as(where).isTrue();
            assertThat(page.getBoolean("accessible")).as(where).isTrue();
            assertThat(flag.getBoolean("value")).as(where).isTrue();
            assertThat(inBulk).as(where).isEqualTo(flag);
            var least = limits(usage).stream()
                    .filter(usage -> !usage.getBoolean("is_unlimited"))
                    .map(usage -> usage.getInteger("remaining"))
                    .min(Comparator.naturalOrder());
            assertThat(flag.getJsonObject("metadata").getInteger("remaining"))
                    .as(where)
                    .isEqualTo(least.orElse(null));
            pageShowsTheDay(where);
        }

        private void pageShowsTheDay(String where) {
            var day = usage.get(feature + "_day");
            var shown = new JsonObject()
                    .put("allowed", day == null || !day.getBoolean("is_at_limit"))
                    .put("current", day == null ? 0 : day.getInteger("current"))
                    .put("limit", day == null ? -1 : day.getInteger("limit"))
                    .put("remaining", day == null ? -1 : day.getInteger("remaining"));
            assertThat(page.getJsonObject("limits")).as(where).isEqualTo(shown);
        }

        void allHaveRoom(String where) {
            assertThat(limits(usage)).as(where).noneMatch(usage -> usage.getBoolean("is_at_limit"));
            assertThat(rooms.values()).as(where).allMatch(room -> room.getBoolean("can_proceed"));
        }

        void oneIsReached(JsonObject refusal, String where) {
            rooms.forEach((code, room) -> assertThat(room.getBoolean("can_proceed"))
                    .as("%s of %s", code, where)
                    .isEqualTo(!usage.get(code).getBoolean("is_at_limit")));
            var code = refusal.getString("limit_type");
            assertThat(refusal.getString("reason")).as(where).isEqualTo("limit_reached");
            assertThat(usage).as(where).containsKey(code);
            assertThat(usage.get(code).getBoolean("is_at_limit")).as(where).isTrue();
            for (var member : List.of("current", "limit", "remaining", "window")) {
                assertThat(refusal.getValue(member))
                        .as("%s of %s", member, where)
                        .isEqualTo(usage.get(code).getValue(member));
            }
            // one unit never fits into a limit of none, at no time
            assertThat(refusal.getString("resets_at"))
                    .as(where)
                    .isEqualTo(
                            usage.get(code).getLong("limit") == 0
                                    ? null
                                    : usage.get(code).getString("resets_at"));
            assertThat(rooms.get(code).getString("message")).as(where).isEqualTo(refusal.getString("detail"));
            assertThat(rooms.get(code).getString("upgrade_tier_name"))
                    .as(where)
                    .isEqualTo(refusal.getString("required_tier"));
        }

        void allRefuse(JsonObject refusal, String words, String where) {
            var reason = refusal.getString("reason");
            assertThat(check.getBoolean("has_feature")).as(where).isFalse();
            for (var member : List.of("reason", "required_tier", "upgrade_url")) {
                assertThat(check.getString(member)).as(where).isEqualTo(refusal.getString(member));
            }
            assertThat(one.getBoolean("is_available")).as(where).isFalse();
            assertThat(one.getString("reason")).as(where).isEqualTo(reason);
            assertThat(available).as(where).isFalse();
            assertThat(page.getBoolean("accessible")).as(where).isFalse();
            assertThat(page.getString("reason")).as(where).isEqualTo(words);
            assertThat(flag.getBoolean("value")).as(where).isFalse();
            assertThat(inBulk).as(where).isEqualTo(flag);
            var metadata = flag.getJsonObject("metadata");
            assertThat(metadata.getString("reason")).as(where).isEqualTo(reason);
            assertThat(metadata.getString("required_tier")).as(where).isEqualTo(refusal.getString("required_tier"));
            rooms.values().forEach(room -> {
                assertThat(room.getBoolean("can_proceed")).as(where).isFalse();
                assertThat(room.getString("message")).as(where).isEqualTo(refusal.getString("detail"));
            });
        }
    }
}
