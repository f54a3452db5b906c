package dev.tiergate.entitlement;

import dev.tiergate.plugin.BodyTooLargeException;
import dev.tiergate.plugin.Call;
import dev.tiergate.plugin.Caller;
import dev.tiergate.plugin.Entitlements;
import io.vertx.core.Future;
import io.vertx.core.MultiMap;
import io.vertx.core.buffer.Buffer;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/** A request as its parts. */
record FakeCall(Entitlements entitlements, @Nullable String query, MultiMap headers, Buffer whole) implements Call {

    static FakeCall of(Entitlements entitlements) {
        return new FakeCall(entitlements, null, MultiMap.caseInsensitiveMultiMap(), Buffer.buffer());
    }

    FakeCall withQuery(String text) {
        return new FakeCall(entitlements, text, headers, whole);
    }

    FakeCall withHeader(String name, String value) {
        var all = MultiMap.caseInsensitiveMultiMap().addAll(headers).add(name, value);
        return new FakeCall(entitlements, query, all, whole);
    }

    FakeCall withBody(String contentType, String text) {
        return withHeader("Content-Type", contentType).withBytes(Buffer.buffer(text));
    }

    FakeCall withBytes(Buffer bytes) {
        return new FakeCall(entitlements, query, headers, bytes);
    }

    @Override
    public String requestId() {
        return "r-1";
    }

    @Override
    public String method() {
        return "POST";
    }

    @Override
    public String path() {
        return "/x";
    }

    @Override
    public List<String> queryValues(String name) {
        throw new UnsupportedOperationException();
    }

    @Override
    public String clientAddress() {
        return "192.0.2.1";
    }

    @Override
    public boolean fromTrustedProxy() {
        return false;
    }

    @Override
    public String routeId() {
        return "POST /x";
    }

    @Override
    public Optional<String> feature() {
        return Optional.empty();
    }

    @Override
    public Caller caller() {
        return StoreScene.CALLER;
    }

    @Override
    public boolean shadow() {
        return false;
    }

    @Override
    public Instant now() {
        return Fixtures.NOW;
    }

    @Override
    public OptionalLong bodySize() {
        return OptionalLong.of(0);
    }

    @Override
    public Future<Buffer> body(int maxBytes) {
        return whole.length() > maxBytes
                ? Future.failedFuture(new BodyTooLargeException(maxBytes))
                : Future.succeededFuture(whole);
    }
}
