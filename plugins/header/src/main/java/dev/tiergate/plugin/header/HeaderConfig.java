package dev.tiergate.plugin.header;

import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What stands under {@code header:} in routes.yaml: header names with the value that is asked for, {@code "*"} for any.
 *
 * @param require each of these headers must be there, with one of its values equal to the given one
 * @param forbid none of these headers may be there with a value equal to the given one
 */
public record HeaderConfig(Map<String, String> require, Map<String, String> forbid) {

    static final String ANY = "*";

    public HeaderConfig(@Nullable Map<String, String> require, @Nullable Map<String, String> forbid) {
        this.require = checked(require);
        this.forbid = checked(forbid);
        if (this.require.isEmpty() && this.forbid.isEmpty()) {
            throw new IllegalArgumentException(
                    "header needs 'require' or 'forbid', such as require: { X-Client: web }");
        }
    }

    private static Map<String, String> checked(@Nullable Map<String, String> values) {
        var all = new TreeMap<String, String>(String.CASE_INSENSITIVE_ORDER);
        (values == null ? Map.<String, String>of() : values).forEach((name, value) -> {
            if (!name.matches("[!#$%&'*+.^_`|~0-9A-Za-z-]+")) {
                throw new IllegalArgumentException("'" + name + "' is no header name");
            }
            all.put(name, value);
        });
        return all;
    }
}
