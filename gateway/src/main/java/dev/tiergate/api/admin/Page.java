package dev.tiergate.api.admin;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import org.jspecify.annotations.Nullable;

/**
 * A part of a list. A cursor says after which key the next part begins, so that rows which come or go meanwhile make no
 * other row appear twice or not at all. Queries bring one row more than asked for, to see whether there is a next part;
 * column {@code key} is what they order by.
 *
 * @param after null for the first part
 */
record Page(String list, int limit, @Nullable String after) {

    static final int DEFAULT = 100;
    static final int MAX = 1000;

    static Page of(String list, @Nullable String limit, @Nullable String cursor) {
        return new Page(list, limit(limit), cursor == null ? null : after(list, cursor));
    }

    private static int limit(@Nullable String text) {
        if (text == null) {
            return DEFAULT;
        }
        if (text.matches("[0-9]{1,4}") && Integer.parseInt(text) >= 1 && Integer.parseInt(text) <= MAX) {
            return Integer.parseInt(text);
        }
        throw AdminCall.wrong("limit", "is to be a whole number from 1 to " + MAX);
    }

    private static String after(String list, String cursor) {
        try {
            var text = new String(Base64.getUrlDecoder().decode(cursor), StandardCharsets.UTF_8);
            if (text.startsWith(list + ":") && Fields.storable(text)) {
                return text.substring(list.length() + 1);
            }
        } catch (IllegalArgumentException e) {
            // said below
        }
        throw AdminCall.wrong("cursor", "is not one that this list gave");
    }

    /** The same for keys that are numbers. */
    @Nullable
    Long afterNumber() {
        try {
            return after == null ? null : Long.valueOf(after);
        } catch (NumberFormatException e) {
            throw AdminCall.wrong("cursor", "is not one that this list gave");
        }
    }

    int rows() {
        return limit + 1;
    }

    Reply reply(RowSet<Row> rows) {
        var items = new JsonArray();
        String last = null;
        for (var row : rows) {
            if (items.size() == limit) {
                return Reply.ok(new JsonObject().put("items", items).put("next_cursor", cursor(String.valueOf(last))));
            }
            items.add(Document.utc((JsonObject) row.getValue("doc")));
            last = String.valueOf(row.getValue("key"));
        }
        return Reply.ok(new JsonObject().put("items", items).putNull("next_cursor"));
    }

    private String cursor(String key) {
        return Base64.getUrlEncoder()
                .withoutPadding()
                .encodeToString((list + ":" + key).getBytes(StandardCharsets.UTF_8));
    }
}
