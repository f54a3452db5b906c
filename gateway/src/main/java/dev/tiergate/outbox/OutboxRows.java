package dev.tiergate.outbox;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** The outbox as an operator reads it. All of this blocks. */
public final class OutboxRows {

    private static final String LIST = """
            SELECT id, sink, topic, store, attempts, last_error,
              extract(epoch FROM now() - created_at)::bigint AS age
            FROM outbox
            WHERE (?::text IS NULL OR sink = ?) AND CASE ?
              WHEN 'WAITING' THEN delivered_at IS NULL AND given_up_at IS NULL
              WHEN 'GIVEN_UP' THEN given_up_at IS NOT NULL
              ELSE delivered_at IS NOT NULL END
            ORDER BY id DESC LIMIT ?
            """;

    /** Its age counts anew: else the first failure would be the last. */
    private static final String RETRY = """
            UPDATE outbox SET given_up_at = NULL, attempts = 0, next_attempt_at = now(), created_at = now()
            WHERE given_up_at IS NOT NULL AND (?::text IS NULL OR sink = ?) AND (?::bigint IS NULL OR id = ?)
            """;

    private OutboxRows() {}

    /** Which rows. */
    public enum State {
        WAITING,
        GIVEN_UP,
        DELIVERED;

        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT).replace('_', '-');
        }
    }

    /**
     * An event on its way to a sink.
     *
     * @param event its type
     * @param store its external id
     * @param error why the last attempt failed; null where none did
     */
    public record Line(
            long id,
            String sink,
            String event,
            String store,
            int attempts,
            Duration age,
            @Nullable String error) {}

    /**
     * The newest first.
     *
     * @param sink null for all
     */
    public static List<Line> list(Connection connection, State state, @Nullable String sink, int most)
            throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(LIST)) {
            statement.setString(1, sink);
            statement.setString(2, sink);
            statement.setString(3, state.name());
            statement.setInt(4, most);
            List<Line> lines = new ArrayList<>();
            try (ResultSet rows = statement.executeQuery()) {
                while (rows.next()) {
                    lines.add(new Line(
                            rows.getLong("id"),
                            rows.getString("sink"),
                            rows.getString("topic"),
                            rows.getString("store"),
                            rows.getInt("attempts"),
                            Duration.ofSeconds(rows.getLong("age")),
                            rows.getString("last_error")));
                }
            }
            return lines;
        }
    }

    /**
     * Has what was given up sent again, as if it were new.
     *
     * @param sink null for all
     * @param id null for all
     * @return how many there were
     */
    public static int retry(Connection connection, @Nullable String sink, @Nullable Long id) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(RETRY)) {
            statement.setString(1, sink);
            statement.setString(2, sink);
            statement.setObject(3, id);
            statement.setObject(4, id);
            return statement.executeUpdate();
        }
    }
}
