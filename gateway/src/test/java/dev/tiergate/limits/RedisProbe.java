package dev.tiergate.limits;

import io.vertx.core.Vertx;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Redis;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Looks into Redis past the ledger. */
final class RedisProbe implements AutoCloseable {

    private final Vertx vertx = Vertx.vertx();
    private final Redis redis;

    RedisProbe(String uri) {
        this.redis = Redis.createClient(vertx, uri);
    }

    @Nullable
    Response ask(Command command, String... arguments) {
        Request request = Request.cmd(command);
        for (String argument : arguments) {
            request.arg(argument);
        }
        return LedgerNode.await(redis.send(request));
    }

    /** Every key of a store with what it holds, byte for byte. */
    Map<String, String> dump(Subject subject) {
        Map<String, String> dump = new TreeMap<>();
        for (Response key : ask(Command.KEYS, "tg:*{" + subject.store().externalId() + "}*")) {
            Response bytes = ask(Command.DUMP, key.toString());
            dump.put(
                    key.toString(),
                    bytes == null ? "" : java.util.HexFormat.of().formatHex(bytes.toBytes()));
        }
        return dump;
    }

    long millisToLive(String key) {
        return ask(Command.PTTL, key).toLong();
    }

    /** What time Redis has, in milliseconds since the epoch. */
    long millis() {
        Response time = ask(Command.TIME);
        return time.get(0).toLong() * 1_000 + time.get(1).toLong() / 1_000;
    }

    @Override
    public void close() {
        LedgerNode.await(redis.close());
        LedgerNode.await(vertx.close());
    }
}
