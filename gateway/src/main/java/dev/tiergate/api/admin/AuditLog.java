package dev.tiergate.api.admin;

import io.vertx.core.Future;
import io.vertx.sqlclient.Tuple;
import java.time.DateTimeException;
import java.time.OffsetDateTime;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Who changed what, newest first. */
final class AuditLog {

    private static final String LIST = """
            SELECT id AS key, jsonb_build_object('id', id, 'at', at, 'actor', actor, 'action', action, 'entity', entity,
                'entity_id', entity_id, 'before', coalesce(before, '{}'), 'after', coalesce(after, '{}'),
                'request_id', request_id, 'revision', revision, 'hash', encode(hash, 'hex')) AS doc
            FROM audit_log
            WHERE ($1::text IS NULL OR actor = $1::text) AND ($2::text IS NULL OR entity = $2::text)
                AND ($3::text IS NULL OR entity_id = $3::text) AND ($4::timestamptz IS NULL OR at >= $4::timestamptz)
                AND ($5::bigint IS NULL OR id < $5::bigint)
            ORDER BY id DESC LIMIT $6::integer
            """;

    private final AdminDatabase database;

    AuditLog(AdminDatabase database) {
        this.database = database;
    }

    List<AdminOperation> operations() {
        return List.of(
                AdminOperation.get("/audit", this::list, "actor", "entity", "entity_id", "since", "limit", "cursor"));
    }

    private Future<Reply> list(AdminCall call) {
        var page = call.page("audit");
        var values = Tuple.of(
                call.query("actor"),
                call.query("entity"),
                call.query("entity_id"),
                since(call.query("since")),
                page.afterNumber(),
                page.rows());
        return database.query(LIST, values).map(page::reply);
    }

    private static @Nullable OffsetDateTime since(@Nullable String text) {
        try {
            return text == null ? null : OffsetDateTime.parse(text);
        } catch (DateTimeException e) {
            throw AdminCall.wrong("since", "is to be a time such as 2030-01-31T00:00:00Z");
        }
    }
}
