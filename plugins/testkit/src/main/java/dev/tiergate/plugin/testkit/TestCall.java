package dev.tiergate.plugin.testkit;

import dev.tiergate.plugin.BodyTooLargeException;
import dev.tiergate.plugin.Call;
import dev.tiergate.plugin.Caller;
import dev.tiergate.plugin.Entitlements;
import io.netty.handler.codec.http.QueryStringDecoder;
import io.vertx.core.Future;
import io.vertx.core.MultiMap;
import io.vertx.core.buffer.Buffer;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A request as a check is asked about it, made by hand: a GET by the user {@code user-1} of {@link TestGateway#STORE}, without
 * headers, until it says otherwise. Each method that changes something gives a new one; its headers are read-only.
 */
public final class TestCall implements Call {

    private String method = "GET";
    private String path;
    private @Nullable String query;
    private MultiMap headers = MultiMap.caseInsensitiveMultiMap();
    private String clientAddress = "192.0.2.1";
    private boolean fromTrustedProxy;
    private @Nullable String feature;
    private Caller caller = new Caller(TestGateway.STORE, "user-1", Set.of(), Map.of());
    private Entitlements entitlements = TestStore.of(TestGateway.STORE, "essential");
    private Map<String, Long> used = Map.of();
    private boolean shadow;
    private Instant now = Instant.parse("2026-03-05T10:20:00Z");
    private Buffer content = Buffer.buffer();
    private boolean sized = true;

    private TestCall(String target) {
        var mark = target.indexOf('?');
        path = mark < 0 ? target : target.substring(0, mark);
        query = mark < 0 ? null : target.substring(mark + 1);
    }

    /** @param target path and query */
    public static TestCall get(String target) {
        return new TestCall(target);
    }

    private TestCall with(Consumer<TestCall> change) {
        var copy = new TestCall(path);
        copy.method = method;
        copy.query = query;
        copy.headers = headers.copy(true);
        copy.clientAddress = clientAddress;
        copy.fromTrustedProxy = fromTrustedProxy;
        copy.feature = feature;
        copy.caller = caller;
        copy.entitlements = entitlements;
        copy.used = used;
        copy.shadow = shadow;
        copy.now = now;
        copy.content = content;
        copy.sized = sized;
        change.accept(copy);
        return copy;
    }

    public TestCall method(String name) {
        return with(copy -> copy.method = name);
    }

    /** One more header. */
    public TestCall header(String name, String value) {
        return with(copy -> copy.headers.add(name, value));
    }

    /** @param address of the client */
    public TestCall from(String address) {
        return with(copy -> copy.clientAddress = address);
    }

    public TestCall throughTrustedProxy() {
        return with(copy -> copy.fromTrustedProxy = true);
    }

    /** On a route that asks for this feature. */
    public TestCall on(String featureCode) {
        return with(copy -> copy.feature = featureCode);
    }

    public TestCall by(Caller who) {
        return with(copy -> copy.caller = who);
    }

    /** By a user of this store. */
    public TestCall of(Entitlements store) {
        var same = new Caller(store.store().externalId(), caller.user(), caller.roles(), caller.claims());
        return with(copy -> copy.entitlements = store).by(same);
    }

    /** So many units of one of the store's limits are used; see {@link TestUsage}. */
    public TestCall used(String limitCode, long units) {
        var all = new HashMap<>(used);
        all.put(limitCode, units);
        return with(copy -> copy.used = Map.copyOf(all));
    }

    long usedOf(String limitCode) {
        return used.getOrDefault(limitCode, 0L);
    }

    public TestCall inShadow() {
        return with(copy -> copy.shadow = true);
    }

    public TestCall at(Instant when) {
        return with(copy -> copy.now = when);
    }

    public TestCall body(Buffer whole) {
        return with(copy -> copy.content = whole);
    }

    /** Without a Content-Length, while not all of the body came. */
    public TestCall ofUnknownSize() {
        return with(copy -> copy.sized = false);
    }

    @Override
    public String requestId() {
        return "0rdpz8x7qn1c2v4yh6m9w3k5tb";
    }

    @Override
    public String method() {
        return method;
    }

    @Override
    public String path() {
        return path;
    }

    @Override
    public @Nullable String query() {
        return query;
    }

    @Override
    public List<String> queryValues(String name) {
        return query == null
                ? List.of()
                : new QueryStringDecoder(query, false).parameters().getOrDefault(name, List.of());
    }

    @Override
    public OptionalLong bodySize() {
        return sized ? OptionalLong.of(content.length()) : OptionalLong.empty();
    }

    @Override
    public MultiMap headers() {
        return headers.copy(false);
    }

    @Override
    public String clientAddress() {
        return clientAddress;
    }

    @Override
    public boolean fromTrustedProxy() {
        return fromTrustedProxy;
    }

    @Override
    public String routeId() {
        return method + " " + path;
    }

    @Override
    public Optional<String> feature() {
        return Optional.ofNullable(feature);
    }

    @Override
    public Caller caller() {
        return caller;
    }

    @Override
    public Entitlements entitlements() {
        return entitlements;
    }

    @Override
    public boolean shadow() {
        return shadow;
    }

    @Override
    public Instant now() {
        return now;
    }

    @Override
    public Future<Buffer> body(int maxBytes) {
        return content.length() > maxBytes
                ? Future.failedFuture(new BodyTooLargeException(maxBytes))
                : Future.succeededFuture(content);
    }
}
