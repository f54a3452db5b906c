package dev.tiergate.api.admin;

import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonObject;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Tuple;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Optional;

/** The answer to a request that may be sent again, by who sent it, where, and under which key; for a day. */
final class Remembered {

    private static final String FIND = """
            SELECT request_hash, status, answer, etag, location FROM idempotency_keys
            WHERE actor = $1::text AND target = $2::text AND key = $3::text AND created_at > now() - interval '24 hours'
            """;

    private static final String KEEP = """
            INSERT INTO idempotency_keys (actor, target, key, request_hash, status, answer, etag, location)
            VALUES ($1::text, $2::text, $3::text, $4::bytea, $5::integer, $6::jsonb, $7::text, $8::text)
            """;

    private static final String FORGET = "DELETE FROM idempotency_keys WHERE created_at <= now() - interval '24 hours'";

    private final AdminCall call;
    private final String key;
    private final Buffer hash;

    Remembered(AdminCall call, String key) {
        this.call = call;
        this.key = key;
        this.hash = hash(call);
    }

    private static Buffer hash(AdminCall call) {
        try {
            var digest = MessageDigest.getInstance("SHA-256");
            digest.update(call.plan().getBytes(java.nio.charset.StandardCharsets.UTF_8));
            digest.update((byte) 0);
            return Buffer.buffer(digest.digest(call.body().getBytes()));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }

    /** The answer of then; fails with a problem where the key came with something else. */
    Future<Optional<Reply>> find(SqlConnection connection) {
        return connection
                .preparedQuery(FIND)
                .execute(Tuple.of(call.actor().name(), call.target(), key))
                .map(rows -> {
                    var each = rows.iterator();
                    return each.hasNext() ? Optional.of(reply(each.next())) : Optional.empty();
                });
    }

    private Reply reply(Row row) {
        if (!row.getBuffer("request_hash").equals(hash)) {
            throw Problem.of(422, "idempotency_key_reused", "This Idempotency-Key came with another request before")
                    .asException();
        }
        return new Reply(
                row.getInteger("status"), row.getValue("answer"), row.getString("etag"), row.getString("location"));
    }

    Future<Reply> keep(SqlConnection connection, Reply reply) {
        return connection
                .query(FORGET)
                .execute()
                .compose(forgotten -> connection
                        .preparedQuery(KEEP)
                        .execute(Tuple.of(
                                call.actor().name(),
                                call.target(),
                                key,
                                hash,
                                reply.status(),
                                reply.body() instanceof JsonObject object ? object : new JsonObject(),
                                reply.version(),
                                reply.location())))
                .map(reply);
    }
}
