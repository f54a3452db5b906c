package dev.tiergate.plugins;

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

/** The request as a plugin in shadow sees it: whatever it says, the request passes. */
record ShadowCall(Call call) implements Call {

    @Override
    public boolean shadow() {
        return true;
    }

    @Override
    public String requestId() {
        return call.requestId();
    }

    @Override
    public String method() {
        return call.method();
    }

    @Override
    public String path() {
        return call.path();
    }

    @Override
    public @Nullable String query() {
        return call.query();
    }

    @Override
    public List<String> queryValues(String name) {
        return call.queryValues(name);
    }

    @Override
    public MultiMap headers() {
        return call.headers();
    }

    @Override
    public String clientAddress() {
        return call.clientAddress();
    }

    @Override
    public boolean fromTrustedProxy() {
        return call.fromTrustedProxy();
    }

    @Override
    public String routeId() {
        return call.routeId();
    }

    @Override
    public Optional<String> feature() {
        return call.feature();
    }

    @Override
    public Caller caller() {
        return call.caller();
    }

    @Override
    public Entitlements entitlements() {
        return call.entitlements();
    }

    @Override
    public Instant now() {
        return call.now();
    }

    @Override
    public OptionalLong bodySize() {
        return call.bodySize();
    }

    @Override
    public Future<Buffer> body(int maxBytes) {
        return call.body(maxBytes);
    }
}
