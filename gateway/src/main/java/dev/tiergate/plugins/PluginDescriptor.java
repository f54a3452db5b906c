package dev.tiergate.plugins;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.tiergate.plugin.PluginApi;
import dev.tiergate.routes.ConfigSchema;
import dev.tiergate.routes.Route.PluginUse;
import dev.tiergate.routes.SinkUse;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/**
 * What a plugin says of itself in {@code META-INF/tiergate-plugin.json}.
 *
 * @param name what routes.yaml calls it: up to 63 lower-case letters, digits and hyphens
 * @param version the plugin's own, as its author counts
 * @param api the {@link PluginApi#VERSION} that it was built for, which is this gateway's
 * @param config what its configuration may be
 */
public record PluginDescriptor(String name, String version, int api, ConfigSchema config) {

    static final String RESOURCE = "META-INF/tiergate-plugin.json";

    private static final Pattern NAME = Pattern.compile("[a-z][a-z0-9-]{0,62}");
    private static final Pattern VERSION = Pattern.compile("[0-9A-Za-z.+_-]{1,64}");

    private static final JsonMapper JSON = JsonMapper.builder()
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .build();

    /**
     * Reads descriptors that stand one after the other, as in a jar that is made of several.
     *
     * @param from what messages begin with
     */
    static List<PluginDescriptor> readAll(InputStream in, String from) throws IOException, BadPluginException {
        List<PluginDescriptor> all = new ArrayList<>();
        for (JsonNode json : documents(in, from)) {
            all.add(of(json, from));
        }
        return all;
    }

    private static List<JsonNode> documents(InputStream in, String from) throws IOException, BadPluginException {
        try (var documents = JSON.readerFor(JsonNode.class).<JsonNode>readValues(in)) {
            return documents.readAll();
        } catch (JsonProcessingException e) {
            var at = e.getLocation();
            throw new BadPluginException(
                    from,
                    RESOURCE + " is not JSON"
                            + (at == null ? "" : ", line " + at.getLineNr() + ", column " + at.getColumnNr()));
        }
    }

    /** The version of the API comes first: what else stands there is that version's affair. */
    private static PluginDescriptor of(JsonNode json, String from) throws BadPluginException {
        if (!json.path("api").isInt()) {
            throw wrong(from, "must be an object with 'api', the version of the plugin API, such as 1");
        }
        var api = json.path("api").asInt();
        if (api != PluginApi.VERSION) {
            throw new BadPluginException(
                    from, "was built for plugin API " + api + "; this gateway has " + PluginApi.VERSION);
        }
        var name = text(json, "name", NAME, "up to 63 lower-case letters, digits and -, such as by-country", from);
        if (PluginUse.KEYS.contains(name) || SinkUse.KEYS.contains(name)) {
            throw wrong(from, "'name' cannot be " + name + ", which is a key of routes.yaml");
        }
        var version = text(json, "version", VERSION, "a version of up to 64 characters, such as 1.0.0", from);
        try {
            return new PluginDescriptor(name, version, api, ConfigSchema.of(json.path("config")));
        } catch (IllegalArgumentException e) {
            throw wrong(from, "'config' " + e.getMessage());
        }
    }

    private static String text(JsonNode json, String key, Pattern pattern, String expected, String from)
            throws BadPluginException {
        var value = json.path(key);
        if (!value.isTextual() || !pattern.matcher(value.asText()).matches()) {
            throw wrong(from, "'" + key + "' must be " + expected);
        }
        return value.asText();
    }

    private static BadPluginException wrong(String from, String problem) {
        return new BadPluginException(from, RESOURCE + ": " + problem);
    }
}
