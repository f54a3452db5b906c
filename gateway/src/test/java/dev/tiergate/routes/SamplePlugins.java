package dev.tiergate.routes;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.tiergate.TestCounter;
import dev.tiergate.plugin.Allow;
import dev.tiergate.plugin.Call;
import dev.tiergate.plugin.Check;
import dev.tiergate.plugin.CheckFactory;
import dev.tiergate.plugin.Cost;
import dev.tiergate.plugin.Decision;
import dev.tiergate.plugin.EventSink;
import dev.tiergate.plugin.EventSinkFactory;
import dev.tiergate.plugin.PluginContext;
import dev.tiergate.plugin.QuotaFactory;
import dev.tiergate.plugin.Secret;
import dev.tiergate.plugin.SinkContext;
import io.vertx.core.Future;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Plugins that let everything pass and have all kinds of configuration. */
final class SamplePlugins {

    static final List<CheckFactory<?>> ALL = List.of(
            new Sample<>("header", HeaderConfig.class),
            new Sample<>("sample", SampleConfig.class),
            new Pointing(),
            new Telling(),
            new Sample<>("described", DescribedConfig.class));

    /** What descriptors of these would say. */
    static final PluginSchemas SCHEMAS =
            new PluginSchemas(Map.of("described", ConfigSchema.of(json("""
            {
              "title": "a mapping with countries",
              "type": "object",
              "additionalProperties": false,
              "required": ["countries"],
              "properties": {
                "countries": {
                  "title": "a list of countries such as [ LU, FR ]",
                  "description": "Countries that may pass.",
                  "type": "array",
                  "minItems": 1,
                  "items": { "$ref": "#/$defs/country" }
                },
                "least": { "title": "a whole number from 1 to 9", "type": "integer", "minimum": 1, "maximum": 9 },
                "headers": {
                  "title": "a mapping of header names to text",
                  "type": "object",
                  "propertyNames": { "title": "a header name such as X-Country", "pattern": "^[A-Za-z-]+$" },
                  "additionalProperties": { "title": "text", "type": "string" }
                },
                "pair": {
                  "title": "a mapping of 2 to 3 names to text",
                  "type": "object",
                  "minProperties": 2,
                  "maxProperties": 3
                },
                "names": { "title": "a list of 2 to 3 names", "type": "array", "minItems": 2, "maxItems": 3 },
                "key": { "title": "a key of 40 bytes or more", "type": "string", "minLength": 40, "writeOnly": true }
              },
              "$defs": { "country": { "title": "a country such as LU", "type": "string", "pattern": "^[A-Z]{2}$" } }
            }
            """))), Map.of(), Map.of());

    static final List<QuotaFactory<?>> QUOTAS = List.of(new TestCounter());

    static final List<EventSinkFactory<?>> SINKS = List.of(new Mail());

    private SamplePlugins() {}

    static JsonNode json(String text) {
        try {
            return new ObjectMapper().readTree(text);
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException(e);
        }
    }

    record HeaderConfig(@Nullable Map<String, String> require) {
        HeaderConfig {
            if (require == null) {
                throw new IllegalArgumentException("header needs 'require', such as require: { X-Client: web }");
            }
            if (require.keySet().stream().anyMatch(name -> name.contains(" "))) {
                throw new IllegalArgumentException("a header name holds no space");
            }
        }
    }

    record DescribedConfig(
            List<String> countries,
            @Nullable Integer least,
            @Nullable Map<String, String> headers,
            @Nullable Map<String, String> pair,
            @Nullable List<String> names,
            @Nullable String key) {}

    enum Color {
        RED,
        BLUE
    }

    record SampleConfig(
            int count,
            double ratio,
            @Nullable Duration within,
            boolean on,
            @Nullable Color color,
            @Nullable List<String> names,
            @Nullable String homeTown) {
        SampleConfig {
            if (count == 13) {
                throw new IllegalStateException("what no plugin should throw");
            }
            if (count == 14) {
                throw new AssertionError("what no plugin should throw");
            }
        }
    }

    private record Sample<C extends Record>(String name, Class<C> configType) implements CheckFactory<C> {

        @Override
        public Check create(C config, PluginContext context) {
            return call -> Future.succeededFuture(Allow.plain());
        }
    }

    record TellingConfig(long units) {}

    /** Tells what a charge costs. */
    private record Telling() implements CheckFactory<TellingConfig> {

        @Override
        public String name() {
            return "telling";
        }

        @Override
        public Class<TellingConfig> configType() {
            return TellingConfig.class;
        }

        @Override
        public Check create(TellingConfig config, PluginContext context) {
            return new Teller(config.units());
        }
    }

    private record Teller(long units) implements Check {

        @Override
        public Future<Decision> ask(Call call) {
            return Future.failedFuture("never asked");
        }

        @Override
        public Optional<Cost> cost() {
            return Optional.of(call -> Cost.Told.units(units));
        }
    }

    record MailConfig(
            String to,
            @Nullable Secret key,
            @Nullable List<Secret> keys,
            @Nullable Map<String, Secret> headers) {
        MailConfig {
            if (!to.contains("@") && !to.contains(":")) {
                throw new IllegalArgumentException("'to' must be an address such as sales@example.com");
            }
        }
    }

    /** Cannot be made for every address. */
    record Mail() implements EventSinkFactory<MailConfig> {

        @Override
        public String name() {
            return "mail";
        }

        @Override
        public Class<MailConfig> configType() {
            return MailConfig.class;
        }

        @Override
        public EventSink create(MailConfig config, SinkContext context) {
            if (config.to().equals("broken@example.com")) {
                throw new IllegalStateException("what no plugin should throw");
            }
            if (config.to().contains(":")) {
                context.targets().objection(URI.create(config.to())).ifPresent(objection -> {
                    throw new IllegalArgumentException("'to' " + objection);
                });
            }
            return event -> Future.succeededFuture();
        }
    }

    record PointingConfig(String upstream) {}

    /** Cannot be made for every configuration, nor everywhere. */
    private record Pointing() implements CheckFactory<PointingConfig> {

        @Override
        public String name() {
            return "pointing";
        }

        @Override
        public Class<PointingConfig> configType() {
            return PointingConfig.class;
        }

        @Override
        public Check create(PointingConfig config, PluginContext context) {
            switch (config.upstream()) {
                case "broken" -> throw new IllegalStateException("what no plugin should throw");
                case "asserting" -> throw new AssertionError("what no plugin should throw");
                case "endless" -> {
                    return create(config, context);
                }
                default -> {}
            }
            if (!context.upstreams().contains(config.upstream())) {
                throw new IllegalArgumentException("there is no upstream '" + config.upstream() + "'");
            }
            context.metrics().counter("pointed", "upstream", config.upstream()).run();
            return call -> Future.succeededFuture(Allow.plain());
        }
    }
}
