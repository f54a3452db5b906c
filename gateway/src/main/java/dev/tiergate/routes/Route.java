package dev.tiergate.routes;

import dev.tiergate.plugin.Check;
import dev.tiergate.plugin.CheckFactory;
import dev.tiergate.plugin.PluginContext;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A line of routes.yaml: what comes in, what it needs, where it goes.
 *
 * @param index its place in {@link GatewayConfig#routes()}
 * @param id unique; {@code METHOD path} unless given
 * @param host null for every host; lower case, without port
 * @param headers equality conditions, names in lower case
 * @param methods upper case; HEAD is among them where GET is
 * @param quirks what this route lets pass that path reading refuses elsewhere
 * @param publicRoute no token, no gate
 * @param feature null where no feature is asked for
 * @param minimumTier a tier code; null where none is asked for
 * @param model null where no model is read
 * @param checkLimits false for an information route: gated, never charged
 * @param charges what is charged; empty for the default: the feature's windowed limits, 1 each, on attempt
 * @param idempotencyKey whether requests carry an Idempotency-Key; null where none is read
 * @param plugins in the order in which they are asked: the gateway's, its host's, its upstream's, its own
 * @param upstream a key of {@link GatewayConfig#upstreams()}
 * @param mode null for the gateway's
 * @param rollout the stores for which it is enforced; the others get shadow
 * @param cors null for the gateway's
 * @param denials the gateway's unless the route says otherwise
 */
public record Route(
        int index,
        String id,
        PathPattern pattern,
        @Nullable String host,
        Map<String, String> headers,
        Set<String> methods,
        boolean caseSensitive,
        boolean trailingSlashDistinct,
        Set<PathQuirk> quirks,
        boolean publicRoute,
        @Nullable String feature,
        @Nullable String minimumTier,
        @Nullable ModelRule model,
        boolean checkLimits,
        List<Charge> charges,
        @Nullable KeyUse idempotencyKey,
        List<PluginUse> plugins,
        String upstream,
        @Nullable Mode mode,
        Rollout rollout,
        @Nullable CorsConfig cors,
        GatingConfig.Denials denials) {

    public Route {
        headers = Map.copyOf(headers);
        methods = Set.copyOf(methods);
        quirks = Set.copyOf(quirks);
        charges = List.copyOf(charges);
        plugins = List.copyOf(plugins);
        boolean gated =
                feature != null || minimumTier != null || model != null || !charges.isEmpty() || !plugins.isEmpty();
        if (publicRoute && gated) {
            throw new IllegalArgumentException("a public route has no gate and no plugin");
        }
    }

    /**
     * Units taken from a limit.
     *
     * @param cost units a request, or the most that a request can cost; negative gives back, then only {@link On#SUCCESS}
     * @param told who tells what a request costs; null where {@code cost} is all there is to it
     */
    public record Charge(
            String limit, long cost, On on, @Nullable Told told) {

        public Charge {
            if (cost == 0 || (cost < 0 && on != On.SUCCESS)) {
                throw new IllegalArgumentException("a cost is not 0, and a negative one needs on: success");
            }
            if (told != null && (told.otherwise() < 0 || told.otherwise() > cost)) {
                throw new IllegalArgumentException("what is charged where nothing is told is from 0 to the most");
            }
        }

        public Charge(String limit, long cost, On on) {
            this(limit, cost, on, null);
        }

        /** A cost that differs from request to request. */
        public sealed interface Told {

            /** Units where nothing is told that makes sense. */
            long otherwise();
        }

        /**
         * The upstream reports it at the head of its response.
         *
         * @param header its name
         * @param otherwise also where the header is no whole number of 0 or more
         */
        public record Report(String header, long otherwise) implements Told {}

        /** A plugin tells it, by the request or by the head of its response. */
        public record By(PluginUse plugin, long otherwise) implements Told {}

        /** When the units count as used. */
        public enum On {
            /** Also when the backend answers 4xx. */
            ATTEMPT,
            /** Only when the backend answers below 400. */
            SUCCESS
        }
    }

    /** What a route makes of {@code Idempotency-Key}, by which a request that is sent again is charged once. */
    public enum KeyUse {
        /** A request without one is refused. */
        REQUIRED,
        /** A request without one is charged each time. */
        OPTIONAL
    }

    /**
     * Where a request names the model that it wants, and which are allowed.
     *
     * @param from places in the order in which they are read
     * @param name a dotted path in a JSON body; a parameter name or header name elsewhere; null for group alone
     * @param group the model group that the tier must hold; null for none
     * @param defaultModel checked where the request names none; null for no check
     */
    public record ModelRule(
            List<Place> from,
            @Nullable String name,
            @Nullable String group,
            boolean required,
            @Nullable String defaultModel) {

        public ModelRule {
            from = List.copyOf(from);
            if (name == null && group == null) {
                throw new IllegalArgumentException("a model gate has a name or a group");
            }
        }

        /** Where a model's name can stand. */
        public enum Place {
            BODY,
            QUERY,
            HEADER
        }
    }

    /**
     * A plugin as routes.yaml uses it.
     *
     * @param level where it stands
     * @param mode whether its refusals count; never off
     * @param onFailure what becomes of a request where it fails
     * @param deadline how long a request waits for its answer
     */
    public record PluginUse(
            CheckFactory<?> factory, Record config, Level level, Mode mode, OnFailure onFailure, Duration deadline) {

        /** What can stand beside the plugin's name. */
        public static final Set<String> KEYS = Set.of("mode", "on-failure", "deadline");

        public static final Duration DEFAULT_DEADLINE = Duration.ofSeconds(1);
        private static final Duration MIN_DEADLINE = Duration.ofMillis(10);
        private static final Duration MAX_DEADLINE = Duration.ofSeconds(30);

        public PluginUse {
            if (mode == Mode.OFF) {
                throw new IllegalArgumentException("a plugin that is not to be asked does not stand in routes.yaml");
            }
            checkDeadline(deadline);
        }

        static boolean takes(Duration deadline) {
            return deadline.compareTo(MIN_DEADLINE) >= 0 && deadline.compareTo(MAX_DEADLINE) <= 0;
        }

        static void checkDeadline(Duration deadline) {
            if (!takes(deadline)) {
                throw new IllegalArgumentException("a plugin's deadline is from 10ms to 30s");
            }
        }

        public String name() {
            return factory.name();
        }

        /** A check of its own for each route and event loop. */
        public Check check(PluginContext context) {
            return made(factory, context);
        }

        private <C extends Record> Check made(CheckFactory<C> typed, PluginContext context) {
            return typed.create(typed.configType().cast(config), context);
        }

        /** For which routes a plugin is asked; in the order in which they are asked. */
        public enum Level {
            /** All. */
            GATEWAY,
            /** Those with this host. */
            HOST,
            /** Those that go to this upstream. */
            UPSTREAM,
            /** This one. */
            ROUTE
        }

        /** What becomes of a request where a plugin throws, fails, or does not answer in time. */
        public enum OnFailure {
            /** 503 {@code check_failed}. */
            REFUSE,
            /** It goes on as if the plugin had nothing against it. */
            PASS
        }
    }
}
