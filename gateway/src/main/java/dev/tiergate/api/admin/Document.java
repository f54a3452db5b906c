package dev.tiergate.api.admin;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import java.util.Optional;

/**
 * What one row of a query says: column {@code doc}, JSON, and column {@code version}, which differs after every change.
 *
 * @param body a {@link JsonObject} or a {@link JsonArray}
 */
record Document(Object body, String version) {

    private static final String UTC = "+00:00";

    static Optional<Document> only(RowSet<Row> rows) {
        var each = rows.iterator();
        return each.hasNext() ? Optional.of(of(each.next())) : Optional.empty();
    }

    static Document of(Row row) {
        var doc = row.getValue("doc");
        return new Document(doc instanceof JsonObject object ? utc(object) : doc, row.getString("version"));
    }

    JsonObject object() {
        return (JsonObject) body;
    }

    /** PostgreSQL writes an offset, which in our sessions is that of UTC. */
    static JsonObject utc(JsonObject doc) {
        doc.forEach(member -> {
            if (member.getValue() instanceof String text && text.endsWith(UTC) && time(member.getKey())) {
                doc.put(member.getKey(), text.substring(0, text.length() - UTC.length()) + "Z");
            }
        });
        return doc;
    }

    private static boolean time(String member) {
        return member.equals("at") || member.endsWith("_at") || member.equals("period_anchor");
    }
}
