package dev.tiergate.routes;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationContext;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.MapperFeature;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.cfg.CoercionAction;
import com.fasterxml.jackson.databind.cfg.CoercionInputShape;
import com.fasterxml.jackson.databind.deser.std.StdScalarDeserializer;
import com.fasterxml.jackson.databind.exc.InvalidNullException;
import com.fasterxml.jackson.databind.exc.MismatchedInputException;
import com.fasterxml.jackson.databind.exc.UnrecognizedPropertyException;
import com.fasterxml.jackson.databind.exc.ValueInstantiationException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.module.SimpleModule;
import com.fasterxml.jackson.databind.type.LogicalType;
import dev.tiergate.plugin.CheckFactory;
import dev.tiergate.routes.Route.PluginUse;
import dev.tiergate.routes.yaml.Position;
import dev.tiergate.routes.yaml.Yaml;
import java.io.IOException;
import java.io.Serial;
import java.lang.reflect.RecordComponent;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** Reads a route's plugins, each configuration into the record that the plugin declares. */
final class PluginReader {

    private static final JsonMapper MAPPER = JsonMapper.builder()
            .propertyNamingStrategy(PropertyNamingStrategies.KEBAB_CASE)
            .enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
            .disable(DeserializationFeature.ACCEPT_FLOAT_AS_INT)
            .enable(MapperFeature.ACCEPT_CASE_INSENSITIVE_ENUMS)
            .disable(MapperFeature.ALLOW_COERCION_OF_SCALARS)
            .withCoercionConfig(
                    LogicalType.Textual,
                    config -> config.setCoercion(CoercionInputShape.Integer, CoercionAction.Fail)
                            .setCoercion(CoercionInputShape.Float, CoercionAction.Fail)
                            .setCoercion(CoercionInputShape.Boolean, CoercionAction.Fail))
            .addModule(new SimpleModule().addDeserializer(Duration.class, new Durations()))
            .build();

    private final Map<String, CheckFactory<?>> factories = new TreeMap<>();

    PluginReader(Collection<CheckFactory<?>> plugins) {
        for (CheckFactory<?> factory : plugins) {
            if (factories.put(factory.name(), factory) != null) {
                throw new IllegalArgumentException("two plugins are called " + factory.name());
            }
        }
    }

    List<PluginUse> read(Section route, Problems problems) {
        List<PluginUse> uses = new ArrayList<>();
        for (Yaml item : route.list("plugins")) {
            for (Yaml.Entry entry : Section.of(item, route.at()).entries()) {
                use(entry, problems).ifPresent(uses::add);
            }
        }
        return uses;
    }

    private Optional<PluginUse> use(Yaml.Entry entry, Problems problems) {
        CheckFactory<?> factory = factories.get(entry.key());
        if (factory == null) {
            problems.error(entry.keyAt(), unknown(entry.key()));
            return Optional.empty();
        }
        boolean absent = entry.value() instanceof Yaml.Scalar scalar && scalar.kind() == Yaml.Kind.NULL;
        Yaml value = absent ? new Yaml.Mapping(entry.keyAt(), Map.of()) : entry.value();
        return value instanceof Yaml.Mapping mapping && keysKnown(factory, mapping, problems)
                ? config(factory, mapping, entry.keyAt(), problems).map(config -> new PluginUse(factory, config))
                : Optional.empty();
    }

    /** Looked at first: a misspelt key must not be reported as the missing one. */
    private static boolean keysKnown(CheckFactory<?> factory, Yaml.Mapping mapping, Problems problems) {
        List<String> known = new ArrayList<>();
        for (RecordComponent component : factory.configType().getRecordComponents()) {
            known.add(kebab(component.getName()));
        }
        for (Yaml.Entry entry : mapping.entries().values()) {
            if (!known.contains(entry.key())) {
                problems.error(
                        entry.keyAt(),
                        "plugin '" + factory.name() + "': unknown key '" + SchemaMessage.shortened(entry.key()) + "'"
                                + Nearest.hint(entry.key(), known));
            }
        }
        return known.containsAll(mapping.entries().keySet());
    }

    private static String kebab(String camelCase) {
        return PropertyNamingStrategies.KebabCaseStrategy.INSTANCE.translate(camelCase);
    }

    private String unknown(String name) {
        return Later.plugin(name)
                ? "the plugin '" + name + "' comes later; this version does not have it, so remove it"
                : "there is no plugin '" + SchemaMessage.shortened(name) + "'" + Nearest.hint(name, factories.keySet());
    }

    /** Reads again as long as a scalar from the environment turns out to be meant as something else than text. */
    private static Optional<Record> config(
            CheckFactory<?> factory, Yaml.Mapping mapping, Position keyAt, Problems problems) {
        JsonTree tree = new JsonTree(mapping);
        while (true) {
            try {
                return Optional.of(MAPPER.treeToValue(tree.json(), factory.configType()));
            } catch (JsonProcessingException | IllegalArgumentException e) {
                List<Object> path = e instanceof JsonMappingException mapped ? path(mapped) : List.of();
                if (!tree.retype(tree.at(path))) {
                    report(factory.name(), e, tree, path, keyAt, problems);
                    return Optional.empty();
                }
            }
        }
    }

    private static List<Object> path(JsonMappingException e) {
        List<Object> path = new ArrayList<>();
        for (JsonMappingException.Reference step : e.getPath()) {
            path.add(step.getFieldName() == null ? (Object) step.getIndex() : step.getFieldName());
        }
        return path;
    }

    private static void report(
            String plugin, Exception e, JsonTree tree, List<Object> path, Position keyAt, Problems problems) {
        String prefix = "plugin '" + plugin + "': ";
        if (e instanceof UnrecognizedPropertyException unknown) {
            List<String> known = new ArrayList<>();
            unknown.getKnownPropertyIds().forEach(id -> known.add(id.toString()));
            Yaml parent = tree.at(path.subList(0, path.size() - 1));
            Position at = parent instanceof Yaml.Mapping mapping ? mapping.keyAt(unknown.getPropertyName()) : keyAt;
            problems.error(
                    at,
                    prefix + "unknown key '" + unknown.getPropertyName() + "'"
                            + Nearest.hint(unknown.getPropertyName(), known));
        } else if (e instanceof ValueInstantiationException refused) {
            Throwable cause = refused.getCause();
            problems.error(
                    keyAt,
                    prefix
                            + (cause instanceof IllegalArgumentException && cause.getMessage() != null
                                    ? cause.getMessage()
                                    : "a key that it needs is missing"));
        } else if (e instanceof MismatchedInputException mismatch
                && !(e instanceof InvalidNullException)
                && !path.isEmpty()) {
            problems.error(
                    tree.at(path).at(),
                    prefix + path.get(path.size() - 1) + " must be " + expected(mismatch.getTargetType()));
        } else {
            problems.error(keyAt, prefix + "this configuration cannot be read");
        }
    }

    private static String expected(Class<?> type) {
        if (type == null) {
            return "something else";
        }
        if (type.isEnum()) {
            List<String> names = new ArrayList<>();
            for (Object constant : type.getEnumConstants()) {
                names.add(constant.toString().toLowerCase(java.util.Locale.ROOT));
            }
            return "one of " + String.join(", ", names);
        }
        if (type == boolean.class || type == Boolean.class) {
            return "true or false";
        }
        if (type == Duration.class) {
            return "a duration such as 300ms, 2s, 5m or 1h";
        }
        if (type.isPrimitive() || Number.class.isAssignableFrom(type)) {
            return "a number";
        }
        if (Collection.class.isAssignableFrom(type) || type.isArray()) {
            return "a list";
        }
        return CharSequence.class.isAssignableFrom(type)
                ? "text; put it in quotes if it looks like a number"
                : "a mapping";
    }

    /** Durations as everywhere in the file. */
    private static final class Durations extends StdScalarDeserializer<Duration> {

        @Serial
        private static final long serialVersionUID = 1;

        Durations() {
            super(Duration.class);
        }

        @Override
        public Duration deserialize(JsonParser parser, DeserializationContext context) throws IOException {
            String text = parser.getValueAsString("");
            Optional<Duration> duration = Amounts.duration(text);
            return duration.isPresent()
                    ? duration.get()
                    : (Duration) context.handleWeirdStringValue(Duration.class, text, "not a duration");
        }
    }
}
