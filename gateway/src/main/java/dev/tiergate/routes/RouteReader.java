package dev.tiergate.routes;

import dev.tiergate.routes.Route.Charge;
import dev.tiergate.routes.Route.ModelRule;
import dev.tiergate.routes.Route.PluginUse;
import dev.tiergate.routes.yaml.Yaml;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Reads one route, and checks what can be seen from it alone. */
final class RouteReader {

    /** What a route without {@code methods} serves. */
    static final List<String> COMMON_METHODS = List.of("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS");

    private static final List<String> GATES = List.of(
            "feature",
            "minimum-tier",
            "model",
            "charge",
            "check-limits",
            "idempotency-key",
            "plugins",
            "mode",
            "rollout");

    private final Set<String> upstreams;
    private final GatingConfig gating;
    private final PluginLevels plugins;
    private final CodeCheck codes;
    private final Problems problems;

    RouteReader(Set<String> upstreams, GatingConfig gating, PluginLevels plugins, CodeCheck codes, Problems problems) {
        this.upstreams = upstreams;
        this.gating = gating;
        this.plugins = plugins;
        this.codes = codes;
        this.problems = problems;
    }

    Optional<Route> read(int index, Section section) {
        Set<PathQuirk> quirks = quirks(section);
        Optional<PathPattern> pattern = pattern(section, quirks);
        DeclaredNames.upstream(section, "upstream", upstreams, problems);
        checkGates(section);
        section.scalar("feature").ifPresent(codes::feature);
        section.scalar("minimum-tier").ifPresent(codes::tier);
        ModelRule model = model(section);
        List<Charge> charges = new ChargeReader(plugins, codes, problems).read(section);
        List<PluginUse> uses = plugins.read(section);
        CorsConfig cors = new CorsReader(problems).read(section);
        if (pattern.isEmpty() || section.text("upstream") == null) {
            return Optional.empty();
        }
        boolean open = section.flag("public", false);
        return problems.build(
                section.at(),
                () -> new Route(
                        index,
                        section.text("id", defaultId(section, pattern.get())),
                        pattern.get(),
                        lowerCase(section.text("host")),
                        headers(section),
                        methods(section),
                        "exact".equals(section.text("case")),
                        "distinct".equals(section.text("trailing-slash")),
                        quirks,
                        open,
                        open ? null : section.text("feature"),
                        open ? null : section.text("minimum-tier"),
                        open ? null : model,
                        section.flag("check-limits", true),
                        open ? List.of() : charges,
                        open || !section.has("idempotency-key")
                                ? null
                                : section.choice("idempotency-key", Route.KeyUse.class, Route.KeyUse.OPTIONAL),
                        open ? List.of() : uses,
                        section.text("upstream", ""),
                        section.has("mode") ? section.choice("mode", Mode.class, Mode.ENFORCE) : null,
                        rollout(section),
                        cors,
                        GatingReader.denials(section.section("denials"), gating.denials())));
    }

    private Rollout rollout(Section section) {
        Rollout share = section.percent("rollout").map(Rollout::new).orElse(Rollout.WHOLE);
        Mode mode = section.choice("mode", Mode.class, gating.mode());
        if (section.has("rollout") && mode != Mode.ENFORCE && !section.flag("public", false)) {
            problems.error(
                    section.keyAt("rollout"),
                    "a roll-out is of what is enforced, and the mode here is "
                            + mode.name().toLowerCase(Locale.ROOT) + "; add mode: enforce, or remove rollout");
        }
        return share;
    }

    private static @Nullable String lowerCase(@Nullable String text) {
        return text == null ? null : text.toLowerCase(Locale.ROOT);
    }

    private Optional<PathPattern> pattern(Section section, Set<PathQuirk> quirks) {
        String path = section.text("path");
        if (path == null || !path.startsWith("/")) {
            return Optional.empty();
        }
        try {
            return Optional.of(PatternParser.parse(path, quirks));
        } catch (IllegalArgumentException e) {
            boolean hidden = section.scalar("path").stream()
                    .anyMatch(value -> value.origin().fromEnvironment());
            problems.error(
                    section.at("path"),
                    hidden
                            ? "with what the environment gives, no request can have this path"
                            : String.valueOf(e.getMessage()));
            return Optional.empty();
        }
    }

    private static Set<PathQuirk> quirks(Section section) {
        Set<PathQuirk> quirks = EnumSet.noneOf(PathQuirk.class);
        for (Yaml.Scalar name : section.texts("allow")) {
            Section.constant(PathQuirk.class, name.text()).ifPresent(quirks::add);
        }
        return quirks;
    }

    /** As named, with HEAD where GET is. */
    private static Set<String> methods(Section section) {
        Set<String> methods = new LinkedHashSet<>();
        section.texts("methods").forEach(method -> methods.add(method.text()));
        if (methods.contains("GET")) {
            methods.add("HEAD");
        }
        return methods.isEmpty() ? new LinkedHashSet<>(COMMON_METHODS) : methods;
    }

    private static String defaultId(Section section, PathPattern pattern) {
        List<String> methods =
                section.texts("methods").stream().map(Yaml.Scalar::text).toList();
        return (methods.isEmpty() ? "*" : String.join(",", methods)) + " " + pattern.text();
    }

    private Map<String, String> headers(Section section) {
        Map<String, String> headers = new HashMap<>();
        for (Yaml.Entry entry : section.section("headers").entries()) {
            String name = entry.key().toLowerCase(Locale.ROOT);
            if (entry.value() instanceof Yaml.Scalar value && headers.put(name, value.text()) != null) {
                problems.error(
                        entry.keyAt(), "the header '" + name + "' stands here twice; names are compared without case");
            }
        }
        return headers;
    }

    private void checkGates(Section section) {
        if (section.flag("public", false)) {
            for (String gate : GATES) {
                if (section.has(gate)) {
                    problems.error(
                            section.keyAt(gate),
                            "a public route asks nothing, so '" + gate + "' has no place in it; remove it, or public");
                }
            }
        }
        if (section.has("charge") && !section.flag("check-limits", true)) {
            problems.error(
                    section.keyAt("charge"),
                    "with check-limits: false nothing is charged; remove charge or check-limits");
        }
        if (section.has("idempotency-key") && !section.flag("public", false)) {
            checkKeyIsOfUse(section);
        }
    }

    private void checkKeyIsOfUse(Section section) {
        if (!section.flag("check-limits", true)) {
            problems.error(
                    section.keyAt("idempotency-key"),
                    "with check-limits: false nothing is charged, so that every repeat is free; remove idempotency-key or"
                            + " check-limits");
        } else if (!section.has("feature") && !section.has("charge")) {
            problems.error(
                    section.keyAt("idempotency-key"),
                    "a key makes that a repeat is charged once, and nothing is charged here; add feature or charge, or"
                            + " remove idempotency-key");
        }
    }

    private @Nullable ModelRule model(Section route) {
        if (!route.has("model")) {
            return null;
        }
        Section model = route.section("model");
        String name = model.text("name");
        model.scalar("group").ifPresent(codes::modelGroup);
        if (name == null && !model.has("group")) {
            problems.error(model.at(), "model needs a name, a group, or both");
        }
        checkModelName(route, model, name);
        List<ModelRule.Place> places = new ArrayList<>();
        for (Yaml.Scalar place : model.texts("from")) {
            Section.constant(ModelRule.Place.class, place.text()).ifPresent(known -> {
                if (places.contains(known)) {
                    problems.error(place.at(), "'" + place.text() + "' stands here twice; remove one");
                } else {
                    places.add(known);
                }
            });
        }
        return problems.build(
                        model.at(),
                        () -> new ModelRule(
                                places.isEmpty() ? List.of(ModelRule.Place.values()) : places,
                                name,
                                model.text("group"),
                                model.flag("required", false),
                                model.text("default")))
                .orElse(null);
    }

    private void checkModelName(Section route, Section model, @Nullable String name) {
        if (name == null) {
            for (String key : List.of("from", "required", "default")) {
                if (model.has(key)) {
                    problems.error(model.keyAt(key), "'" + key + "' needs a 'name' beside it");
                }
            }
            return;
        }
        if (!route.has("feature")) {
            problems.error(
                    model.keyAt("name"),
                    "the models that a request may name are a feature's; the route needs 'feature'");
        }
        if (model.has("default") && model.flag("required", false)) {
            problems.error(model.keyAt("default"), "with required: true there is no default; remove one of the two");
        }
    }
}
