package dev.tiergate.limits;

import dev.tiergate.plugin.Limit;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vertx.core.Vertx;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Redis;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Looks into Redis past the ledger. */
final class RedisProbe implements AutoCloseable {

    private static final NodeCounters NOBODY = new NodeCounters(LedgerNode.NOTHING_STORED, new SimpleMeterRegistry());

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

    /** Units charged to a counter, those that nodes hold too. */
    long charged(String key) {
        Response charged = ask(Command.HGET, key, "c");
        return charged == null ? 0 : charged.toLong();
    }

    long charged(Subject subject, Limit limit) {
        return charged(key(subject, limit));
    }

    private String key(Subject subject, Limit limit) {
        var counter = new Counters(NOBODY).of(subject, limit, Instant.ofEpochMilli(millis()));
        return counter.place().key();
    }

    /** Loses all that is kept of a store, its epoch too. */
    void forget(Subject subject) {
        keys(subject).forEach(key -> ask(Command.DEL, key));
    }

    private List<String> keys(Subject subject) {
        List<String> keys = new ArrayList<>();
        ask(Command.KEYS, "tg:*{" + subject.store().externalId() + "}*").forEach(key -> keys.add(key.toString()));
        return keys;
    }

    /** Commands that Redis carried out since it began. */
    long commands() {
        return statistic("stats", "total_commands_processed:");
    }

    /** How often this command was carried out, also by scripts; {@code evalsha} is all that a ledger asks. */
    long calls(String command) {
        return statistic("commandstats", "cmdstat_" + command + ":calls=");
    }

    private long statistic(String section, String name) {
        var numbers = ask(Command.INFO, section).toString();
        return Long.parseLong(numbers.lines()
                .filter(line -> line.startsWith(name))
                .findFirst()
                .orElseThrow()
                .substring(name.length())
                .split(",")[0]
                .trim());
    }

    /** Every counter of a store with what it holds, byte for byte. */
    Map<String, String> dump(Subject subject) {
        Map<String, String> dump = new TreeMap<>();
        for (String key : keys(subject)) {
            if (key.endsWith(":epoch")) {
                continue;
            }
            Response bytes = ask(Command.DUMP, key);
            dump.put(key, bytes == null ? "" : HexFormat.of().formatHex(bytes.toBytes()));
        }
        return dump;
    }

    /** Puts back what {@link #dump} found, and touches nothing else. */
    void restore(Map<String, String> dump) {
        dump.forEach((key, bytes) -> LedgerNode.await(redis.send(Request.cmd(Command.RESTORE)
                .arg(key)
                .arg(0)
                .arg(HexFormat.of().parseHex(bytes))
                .arg("REPLACE"))));
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
