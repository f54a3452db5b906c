package dev.tiergate;

import dev.tiergate.fixtures.Redis;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;

/** What gateways leave in a server of Redis besides keys, and as whom they enter it. */
final class RedisScripts {

    private static final List<String> NAMES = List.of("ledger", "idempotency");

    private RedisScripts() {}

    /** Whether a server has all scripts. */
    static boolean there(Redis server) {
        var digests = String.join(" ", NAMES.stream().map(RedisScripts::digest).toList());
        return server.reply("SCRIPT EXISTS " + digests).startsWith("*2\r\n:1\r\n:1\r\n");
    }

    private static String digest(String name) {
        try (var text = RedisScripts.class.getResourceAsStream("/lua/" + name + ".lua")) {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-1").digest(text.readAllBytes()));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    /** How many connections of a server hear what is published on a channel. */
    static int listeners(Redis server, String channel) {
        var lines = server.reply("PUBSUB NUMSUB " + channel).split("\r\n", -1);
        return Integer.parseInt(lines[3].substring(1));
    }

    /** The command that makes the user of docs/operations.md, with this password. */
    static String user(String password) {
        return "ACL SETUSER tiergate reset on \">" + password + "\" " + String.join(" ", Redis.access());
    }

    /** Waits until the replica has heard of all that the master was told. */
    static void settle(Redis master, String key) {
        var answer = master.reply("SET " + key + " 1\r\nWAIT 1 10000");
        if (!answer.startsWith("+OK\r\n:1\r\n")) {
            throw new IllegalStateException("Redis answered " + answer.strip());
        }
    }
}
