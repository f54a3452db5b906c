package com.example.minimumversion;

import org.jspecify.annotations.Nullable;

/**
 * What stands under {@code minimum-version:} in routes.yaml.
 *
 * @param minimum the first version that may pass, such as 2.1
 * @param header where the app says its version; {@value #USUAL_HEADER} unless given
 */
public record MinimumVersionConfig(String minimum, String header) {

    static final String USUAL_HEADER = "X-App-Version";

    public MinimumVersionConfig(@Nullable String minimum, @Nullable String header) {
        if (minimum == null || Version.parse(minimum).isEmpty()) {
            throw new IllegalArgumentException("'minimum' must be a version such as \"2.1\"");
        }
        this.minimum = minimum;
        this.header = header == null ? USUAL_HEADER : header;
    }

    Version first() {
        return Version.parse(minimum).orElseThrow();
    }
}
