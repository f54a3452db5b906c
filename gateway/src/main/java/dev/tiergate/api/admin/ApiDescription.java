package dev.tiergate.api.admin;

import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.schema.CoreSchema;

/** openapi.yaml: all that the gateway answers in its own name. */
public final class ApiDescription {

    private static final String RESOURCE = "/openapi.yaml";

    /** The file is ours, and repeats by alias what several operations share. */
    private static final int ALIASES = 1000;

    private ApiDescription() {}

    /** With aliases resolved, as JSON has none. */
    @SuppressWarnings("unchecked")
    public static JsonObject load() {
        var settings = LoadSettings.builder()
                .setSchema(new CoreSchema())
                .setMaxAliasesForCollections(ALIASES)
                .build();
        try (InputStream in = ApiDescription.class.getResourceAsStream(RESOURCE)) {
            if (in == null) {
                throw new IllegalStateException("The jar has no " + RESOURCE);
            }
            var text = new String(in.readAllBytes(), StandardCharsets.UTF_8);
            return new JsonObject((Map<String, Object>) new Load(settings).loadFromString(text));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
