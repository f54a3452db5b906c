package dev.tiergate.routes;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.DeserializationContext;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.MapperFeature;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.cfg.CoercionAction;
import com.fasterxml.jackson.databind.cfg.CoercionInputShape;
import com.fasterxml.jackson.databind.deser.std.StdScalarDeserializer;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.module.SimpleModule;
import com.fasterxml.jackson.databind.type.LogicalType;
import dev.tiergate.plugin.Secret;
import java.io.IOException;
import java.io.Serial;
import java.time.Duration;
import java.util.Optional;

/** How values of routes.yaml become components of a plugin's record: kebab-case, and nothing taken for what it is not. */
final class ConfigJson {

    static final JsonMapper MAPPER = JsonMapper.builder()
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
            .addModule(new SimpleModule()
                    .addDeserializer(Duration.class, new Durations())
                    .addDeserializer(Secret.class, new Secrets()))
            .build();

    private ConfigJson() {}

    /** Text, whatever it looks like. */
    private static final class Secrets extends StdScalarDeserializer<Secret> {

        @Serial
        private static final long serialVersionUID = 1;

        Secrets() {
            super(Secret.class);
        }

        @Override
        public Secret deserialize(JsonParser parser, DeserializationContext context) throws IOException {
            return parser.hasToken(JsonToken.VALUE_STRING)
                    ? new Secret(parser.getText())
                    : (Secret) context.handleUnexpectedToken(Secret.class, parser);
        }
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
            String text = parser.getText();
            Optional<Duration> duration = Amounts.duration(text);
            return duration.isPresent()
                    ? duration.get()
                    : (Duration) context.handleWeirdStringValue(Duration.class, text, "not a duration");
        }
    }
}
