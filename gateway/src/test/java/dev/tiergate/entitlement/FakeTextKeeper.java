package dev.tiergate.entitlement;

import io.vertx.core.Future;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/** A map, whose texts never expire by themselves. */
final class FakeTextKeeper implements TextKeeper {

    final Map<String, String> texts = new ConcurrentHashMap<>();
    private volatile boolean broken;

    void breakDown(boolean down) {
        broken = down;
    }

    @Override
    public void put(String key, String text, Duration lifetime) {
        texts.put(key, text);
    }

    @Override
    public void remove(String key) {
        texts.remove(key);
    }

    @Override
    public Future<Optional<String>> get(String key) {
        return broken ? Future.failedFuture("down") : Future.succeededFuture(Optional.ofNullable(texts.get(key)));
    }

    @Override
    public Future<Void> close() {
        return Future.succeededFuture();
    }
}
