package dev.tiergate.api;

import dev.tiergate.edge.ApiExchange;
import dev.tiergate.routes.CanonicalPath;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One thing that a client may ask of an API.
 *
 * @param method upper case
 * @param template segments, of which a {@code {name}} matches any one
 */
public record Operation(String method, List<String> template, Handler handler) {

    /** Answers an exchange in every case. */
    public interface Handler {
        /** @param parameters what stood in the template's places, in their order */
        void handle(ApiExchange exchange, List<String> parameters);
    }

    /** @param template such as {@code /api/v1/store/features/{code}} */
    public static Operation of(String method, String template, Handler handler) {
        return new Operation(method, List.of(template.substring(1).split("/")), handler);
    }

    /** What stands in the template's places; null for a path of another operation. */
    @Nullable
    List<String> match(CanonicalPath path) {
        if (path.segments().size() != template.size()) {
            return null;
        }
        var parameters = new ArrayList<String>();
        for (var i = 0; i < template.size(); i++) {
            var segment = path.segments().get(i);
            if (template.get(i).startsWith("{")) {
                parameters.add(segment);
            } else if (!template.get(i).equals(segment)) {
                return null;
            }
        }
        return parameters;
    }
}
