package dev.tiergate.api.admin;

import dev.tiergate.entitlement.DatabaseUrl;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;

/**
 * Reads the audit log from its beginning and holds each row against the hash that was written with it. The hash is made
 * here, not by PostgreSQL: SHA-256 over the hash before it and the row's values, each with its length.
 */
public final class AuditVerifier {

    private static final int PAGE = 1000;

    /** The order in which values are hashed, see {@code audit_text} in db/migration. */
    private static final List<String> HASHED = List.of(
            "id", "micros", "actor", "action", "entity", "entity_id", "before", "after", "request_id", "revision");

    private static final String ROWS = """
            SELECT id, (extract(epoch FROM at) * 1000000)::bigint AS micros, actor, action, entity, entity_id,
                before::text AS before, after::text AS after, request_id, revision, previous_hash, hash
            FROM audit_log WHERE id > ? ORDER BY id LIMIT\s""" + PAGE;

    private final LongConsumer progress;
    private byte[] last = sha256(new byte[0]);
    private long lastId = Long.MIN_VALUE;
    private long rows;

    /**
     * What was found.
     *
     * @param rows how many were read
     * @param broken the first row that is wrong, and why; null where all are as they were written
     * @param head the hash of the last row, in hex; to be kept elsewhere by those who do not trust the owner of the database
     */
    public record Outcome(long rows, @Nullable String broken, String head) {}

    private AuditVerifier(LongConsumer progress) {
        this.progress = progress;
    }

    /**
     * Blocks; reads as of one moment.
     *
     * @param databaseUrl {@code postgresql://…}
     * @param progress told how many rows were read, now and then
     */
    public static Outcome verify(String databaseUrl, LongConsumer progress) throws SQLException {
        var url = DatabaseUrl.parse(databaseUrl);
        try (var connection = DriverManager.getConnection(url.jdbcUrl(), url.jdbcProperties())) {
            connection.setAutoCommit(false);
            connection.setReadOnly(true);
            connection.setTransactionIsolation(Connection.TRANSACTION_REPEATABLE_READ);
            return new AuditVerifier(progress).verify(connection);
        }
    }

    private Outcome verify(Connection connection) throws SQLException {
        String broken = null;
        long before;
        do {
            before = rows;
            broken = page(connection);
            progress.accept(rows);
        } while (broken == null && rows > before);
        if (broken == null) {
            broken = end(connection);
        }
        return new Outcome(rows, broken, HexFormat.of().formatHex(last));
    }

    private @Nullable String page(Connection connection) throws SQLException {
        try (var statement = connection.prepareStatement(ROWS)) {
            statement.setLong(1, lastId);
            try (var row = statement.executeQuery()) {
                while (row.next()) {
                    var broken = check(row);
                    if (broken != null) {
                        return broken;
                    }
                }
            }
        }
        return null;
    }

    private @Nullable String check(ResultSet row) throws SQLException {
        var id = row.getLong("id");
        if (!Arrays.equals(row.getBytes("previous_hash"), last)) {
            return "row " + id + " does not follow "
                    + (rows == 0 ? "the beginning of the log" : "row " + lastId)
                    + ": rows between them are gone, or one was put in";
        }
        var hash = hash(row);
        if (!Arrays.equals(row.getBytes("hash"), hash)) {
            return "row " + id + " does not say what it said when it was written";
        }
        last = hash;
        lastId = id;
        rows++;
        return null;
    }

    private @Nullable String end(Connection connection) throws SQLException {
        try (var statement = connection.createStatement();
                var head = statement.executeQuery("SELECT rows, hash FROM audit_head")) {
            if (!head.next()) {
                return "the log's end is not known: audit_head is empty";
            }
            var written = head.getLong("rows");
            if (written != rows || !Arrays.equals(head.getBytes("hash"), last)) {
                return "the log ends with row " + lastId + ", but " + written + " rows were written and " + rows
                        + " are there: the last ones are gone";
            }
            return null;
        }
    }

    private byte[] hash(ResultSet row) throws SQLException {
        var text = new StringBuilder();
        for (var column : HASHED) {
            var value = row.getString(column);
            text.append(text.isEmpty() ? "" : ",").append(value == null ? "-" : length(value) + ":" + value);
        }
        var bytes = text.toString().getBytes(StandardCharsets.UTF_8);
        var whole = Arrays.copyOf(last, last.length + bytes.length);
        System.arraycopy(bytes, 0, whole, last.length, bytes.length);
        return sha256(whole);
    }

    private static int length(String value) {
        return value.getBytes(StandardCharsets.UTF_8).length;
    }

    private static byte[] sha256(byte[] bytes) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(bytes);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }
}
