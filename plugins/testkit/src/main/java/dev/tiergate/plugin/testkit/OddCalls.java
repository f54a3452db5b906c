package dev.tiergate.plugin.testkit;

import dev.tiergate.plugin.Caller;
import io.vertx.core.buffer.Buffer;
import java.math.BigDecimal;
import java.time.Instant;
import java.time.ZoneId;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/** Requests that the gateway lets through to a check, and that whoever wrote it may not have thought of. */
final class OddCalls {

    /** Stands in everything that a client chooses, so that a test finds it where it must not be. */
    static final String MARK = "c71b5e";

    /** Stands in what only the gateway and the caller may know. */
    static final String SECRET = "s8f03d";

    /** As long as a header, a path or a query may be before the gateway refuses it. */
    private static final int LONG = 8_000;

    /** More than any check is willing to hold. */
    private static final Buffer HUGE = Buffer.buffer(new byte[16 << 20]);

    private OddCalls() {}

    /** By what is odd about each. */
    static Map<String, TestCall> all() {
        Map<String, TestCall> all = new LinkedHashMap<>();
        all.put("a plain request", TestCall.get("/"));
        targets(all);
        headers(all);
        callers(all);
        stores(all);
        bodies(all);
        times(all);
        all.put("a request in shadow mode", TestCall.get("/").inShadow());
        return all;
    }

    private static void targets(Map<String, TestCall> all) {
        all.put("an empty query", TestCall.get("/?"));
        all.put("a query of separators", TestCall.get("/?&&=&=="));
        all.put("a parameter without a value", TestCall.get("/?limit&page="));
        all.put("a parameter three times", TestCall.get("/?limit=1&limit=2&limit=" + MARK));
        all.put("line ends in the query", TestCall.get("/?" + MARK + "=%0d%0aX-Evil:%201&limit=%0d%0a"));
        all.put("a query that is not UTF-8", TestCall.get("/?limit=%ff%fe&%c3=%28"));
        all.put("a huge number", TestCall.get("/?limit=" + "9".repeat(LONG)));
        all.put("a negative number", TestCall.get("/?limit=-1&page=-0"));
        all.put("a long path", TestCall.get("/" + MARK.repeat(LONG / MARK.length())));
        all.put("escapes in the path", TestCall.get("/%E2%82%AC/" + MARK + "%20%25"));
        for (var method : List.of("POST", "DELETE", "OPTIONS", "PROPFIND")) {
            all.put("a " + method, TestCall.get("/").method(method));
        }
    }

    private static void headers(Map<String, TestCall> all) {
        var usual = new LinkedHashMap<String, String>();
        usual.put("Accept", "*/*");
        usual.put("Authorization", "Bearer " + SECRET);
        usual.put("Cookie", "tiergate=" + SECRET);
        usual.put("User-Agent", MARK);
        usual.put("X-Client", MARK);
        all.put("headers as browsers send them", with(usual));
        var lower = new LinkedHashMap<String, String>();
        usual.forEach((name, value) -> lower.put(name.toLowerCase(Locale.ROOT), value));
        all.put("headers in lower case, as HTTP/2 has them", with(lower));
        var empty = new LinkedHashMap<String, String>();
        usual.forEach((name, value) -> empty.put(name, ""));
        all.put("headers without values", with(empty));
        all.put("a header twice", with(usual).header("X-Client", "web").header("x-client", "script"));
        var high = new LinkedHashMap<String, String>();
        usual.forEach((name, value) -> high.put(name, "\u00e9\u00ff\u0080,;=\"\\"));
        all.put("headers with bytes above ASCII", with(high));
        all.put("a long header", TestCall.get("/").header("X-Client", MARK.repeat(LONG / MARK.length())));
        for (var address : List.of("::1", "2001:db8::1", "0.0.0.0", "unknown", "")) {
            all.put("a client at '" + address + "'", TestCall.get("/").from(address));
        }
        all.put("a trusted proxy that says nothing", TestCall.get("/").throughTrustedProxy());
        all.put("a trusted proxy with headers", with(usual).throughTrustedProxy());
    }

    private static TestCall with(Map<String, String> headers) {
        var call = TestCall.get("/");
        for (var header : headers.entrySet()) {
            call = call.header(header.getKey(), header.getValue());
        }
        return call;
    }

    private static void callers(Map<String, TestCall> all) {
        var store = TestGateway.STORE;
        all.put("a token without a user", TestCall.get("/").by(new Caller(store, null, Set.of(), Map.of())));
        all.put("a user without a name", TestCall.get("/").by(new Caller(store, "", Set.of(""), Map.of())));
        all.put("claims of all kinds", TestCall.get("/").by(new Caller(store, MARK, Set.of("owner", MARK), claims())));
        all.put(
                "a user as long as a token",
                TestCall.get("/").by(new Caller(store, MARK.repeat(LONG / MARK.length()), Set.of(), Map.of())));
    }

    /** As JSON can have them: also where a plugin expects text, a list or an object. */
    private static Map<String, Object> claims() {
        Map<String, Object> claims = new HashMap<>();
        claims.put("none", null);
        claims.put("secret", SECRET);
        claims.put("number", new BigDecimal("1e400"));
        claims.put("truth", true);
        claims.put("mixed", Arrays.asList(1, null, MARK, List.of(), Map.of()));
        for (var name : List.of("roles", "teams", "org", "organisation", "groups", "scope")) {
            claims.put(name, Map.of("teams", 7, "deeper", Map.of("still", List.of(List.of()))));
        }
        return Collections.unmodifiableMap(claims);
    }

    private static void stores(Map<String, TestCall> all) {
        all.put(
                "a route's feature",
                TestCall.get("/").of(plain().with("reports")).on("reports"));
        all.put("a feature that the catalogue does not have", TestCall.get("/").on("gone"));
        all.put("the longest store", TestCall.get("/").of(TestStore.of("s".repeat(128), "essential")));
        all.put("a tier that nobody has heard of", TestCall.get("/").of(TestStore.of("1", "tier-" + MARK)));
        for (var zone : List.of("Pacific/Kiritimati", "America/St_Johns", "Europe/Berlin")) {
            all.put("a store in " + zone, TestCall.get("/").of(plain().in(ZoneId.of(zone))));
        }
    }

    private static TestStore plain() {
        return TestStore.of(TestGateway.STORE, "essential");
    }

    private static void bodies(Map<String, TestCall> all) {
        var post = TestCall.get("/").method("POST");
        var json = post.header("Content-Type", "application/json");
        all.put("a POST of JSON", json.body(Buffer.buffer("{\"" + MARK + "\":1}")));
        all.put("JSON that breaks off", json.body(Buffer.buffer("{\"" + MARK + "\":")));
        all.put("JSON that is not there", json.body(Buffer.buffer()));
        all.put("a body of no type that is not text", post.body(Buffer.buffer(new byte[] {-1, -2, 0})));
        all.put("a body of which nobody knows the size", post.ofUnknownSize());
        all.put("a body beyond bounds", post.body(HUGE));
    }

    private static void times(Map<String, TestCall> all) {
        for (var time : List.of("1970-01-01T00:00:00Z", "2028-02-29T23:59:59.999999999Z", "9999-12-31T23:59:59Z")) {
            all.put("at " + time, TestCall.get("/").at(Instant.parse(time)));
        }
        // in Berlin one hour comes twice, and another never
        for (var time : List.of("2026-10-25T00:30:00Z", "2026-10-25T01:30:00Z", "2026-03-29T01:00:00Z")) {
            var store = plain().in(ZoneId.of("Europe/Berlin"));
            all.put("in Berlin at " + time, TestCall.get("/").of(store).at(Instant.parse(time)));
        }
    }
}
