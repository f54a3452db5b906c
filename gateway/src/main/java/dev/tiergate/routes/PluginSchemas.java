package dev.tiergate.routes;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Map;
import java.util.TreeMap;

/**
 * What the plugins' configurations may be, by their names.
 *
 * @param checks those that stand under {@code plugins}
 * @param quotas those that stand under {@code quotas}
 * @param sinks those that stand under {@code events.sinks}
 */
public record PluginSchemas(
        Map<String, ConfigSchema> checks, Map<String, ConfigSchema> quotas, Map<String, ConfigSchema> sinks) {

    static final PluginSchemas NONE = new PluginSchemas(Map.of(), Map.of(), Map.of());

    private static final String DEFINITIONS = "$defs";

    public PluginSchemas {
        checks = Map.copyOf(checks);
        quotas = Map.copyOf(quotas);
        sinks = Map.copyOf(sinks);
    }

    /** routes.schema.json in which these plugins are known with their configurations, and no others are. */
    public JsonNode joined() {
        JsonNode schema = SchemaCheck.read();
        ObjectNode definitions = (ObjectNode) schema.path(DEFINITIONS);
        ObjectNode plugins = onlyKnown(schema.at("/$defs/plugins/items"));
        new TreeMap<>(checks).forEach((name, config) -> {
            ObjectNode reference = defined(name, config, definitions);
            plugins.set(name, config.needsKeys() ? reference : orNothing(reference));
        });
        ObjectNode costs = onlyKnown(schema.at("/$defs/route/properties/charge/items/properties/by"));
        checks.keySet().forEach(name -> costs.set(name, plugins.path(name).deepCopy()));
        ObjectNode kinds = onlyKnown(schema.at("/properties/quotas/additionalProperties"));
        new TreeMap<>(quotas).forEach((name, config) -> kinds.set(name, defined(name, config, definitions)));
        ObjectNode uses = onlyKnown(schema.at("/properties/events/properties/sinks/additionalProperties"));
        new TreeMap<>(sinks).forEach((name, config) -> uses.set(name, defined(name, config, definitions)));
        return schema;
    }

    /** The keys of an object that has no others. */
    private static ObjectNode onlyKnown(JsonNode object) {
        ObjectNode closed = (ObjectNode) object;
        closed.put("additionalProperties", false);
        return closed.withObjectProperty("properties");
    }

    /** A name with nothing behind it, as a plugin may stand that needs no configuration. */
    private static ObjectNode orNothing(ObjectNode reference) {
        ObjectNode either = reference.objectNode();
        either.putArray("anyOf").add(reference).addObject().put("type", "null");
        return either;
    }

    /** A reference to the schema, which has a place of its own. */
    private static ObjectNode defined(String name, ConfigSchema config, ObjectNode definitions) {
        String key = "plugin-" + name;
        String pointer = "/" + DEFINITIONS + "/" + key;
        definitions.set(key, config.movedTo(pointer));
        return definitions.objectNode().put("$ref", "#" + pointer);
    }
}
