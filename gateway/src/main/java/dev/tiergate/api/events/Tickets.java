package dev.tiergate.api.events;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.tiergate.plugin.Caller;
import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Request;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.HexFormat;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Passes for those who cannot send a token: browsers, which open streams without an Authorization header. A ticket is good
 * once, on any node. Redis keeps its digest only, so that who reads Redis can use none.
 */
public final class Tickets {

    /** How long a ticket waits for its use. */
    public static final Duration LIFE = Duration.ofSeconds(30);

    private static final Pattern FORM = Pattern.compile("([A-Za-z0-9_-]{1,172})\\.([A-Za-z0-9_-]{32})");
    private static final Pattern STORE = Pattern.compile("[A-Za-z0-9._:@-]{1,128}");
    private static final int RANDOM_BYTES = 24;
    private static final Base64.Encoder BASE64 = Base64.getUrlEncoder().withoutPadding();

    private final RedisLine redis;
    private final SecureRandom random = new SecureRandom();

    Tickets(RedisLine redis) {
        this.redis = redis;
    }

    /** What a ticket is good for: the same as the token that it was asked for with, and no longer. */
    record Pass(String store, @Nullable String user, long untilSeconds) {

        static Pass of(Caller caller) {
            var until = caller.claims().get("exp") instanceof Number number ? number.longValue() : Long.MAX_VALUE;
            return new Pass(caller.store(), caller.user(), until);
        }

        Caller caller() {
            return new Caller(store, user, Set.of(), Map.of("exp", untilSeconds));
        }
    }

    /** A new ticket; fails where Redis is away. */
    public Future<String> issue(Caller caller) {
        var ticket = draw(caller.store());
        return keep(ticket, Pass.of(caller), LIFE).map(ticket);
    }

    /** A name for a ticket that is not good for anything until it is kept. */
    String draw(String store) {
        var bytes = new byte[RANDOM_BYTES];
        random.nextBytes(bytes);
        return BASE64.encodeToString(store.getBytes(US_ASCII)) + "." + BASE64.encodeToString(bytes);
    }

    /** Makes a ticket good from now on for so long, or for so long again. */
    Future<Void> keep(String ticket, Pass pass, Duration life) {
        var value = new JsonObject().put("user", pass.user()).put("until", pass.untilSeconds());
        var key = key(pass.store(), ticket);
        return redis.send(
                        key,
                        Request.cmd(Command.SET)
                                .arg(key)
                                .arg(value.encode())
                                .arg("PX")
                                .arg(life.toMillis()))
                .mapEmpty();
    }

    /** Uses a ticket up; empty for one that is spent, late or made up. Fails where Redis is away. */
    Future<Optional<Pass>> take(@Nullable String ticket, Instant now) {
        var store = store(ticket);
        if (ticket == null || store == null) {
            return Future.succeededFuture(Optional.empty());
        }
        var key = key(store, ticket);
        return redis.send(key, Request.cmd(Command.GETDEL).arg(key))
                .map(reply -> reply.map(value -> pass(store, new JsonObject(value.toString())))
                        .filter(pass -> pass.untilSeconds() > now.getEpochSecond()));
    }

    private static Pass pass(String store, JsonObject value) {
        return new Pass(store, value.getString("user"), value.getLong("until"));
    }

    private static @Nullable String store(@Nullable String ticket) {
        var form = FORM.matcher(ticket == null ? "" : ticket);
        if (!form.matches()) {
            return null;
        }
        try {
            var store = new String(Base64.getUrlDecoder().decode(form.group(1)), US_ASCII);
            return STORE.matcher(store).matches() ? store : null;
        } catch (IllegalArgumentException e) {
            return null;
        }
    }

    private static String key(String store, String ticket) {
        try {
            var digest = MessageDigest.getInstance("SHA-256").digest(ticket.getBytes(US_ASCII));
            return "tg:e:{" + store + "}:ticket:" + HexFormat.of().formatHex(digest);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
