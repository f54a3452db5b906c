package dev.tiergate.routes;

import dev.tiergate.routes.GatewayConfig.BodyConfig;
import dev.tiergate.routes.yaml.Position;
import dev.tiergate.routes.yaml.Yaml;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Reads the whole file after the schema did, and checks what it means. */
final class ConfigReader {

    /** What the schema lets through. */
    private static final Pattern BLOCK = Pattern.compile("[0-9A-Fa-f.:]+(/[0-9]{1,3})?");

    private final PluginReader plugins;
    private final QuotaReader quotas;
    private final EventsReader events;
    private final CodeCheck codes;
    private final Outside outside;
    private final @Nullable AllowedTargets only;
    private final Problems problems;

    /** @param only the operator's list of targets; null for none */
    ConfigReader(
            PluginReader plugins,
            QuotaReader quotas,
            EventsReader events,
            @Nullable CatalogueCodes codes,
            Outside outside,
            @Nullable AllowedTargets only,
            Problems problems) {
        this.plugins = plugins;
        this.quotas = quotas;
        this.events = events;
        this.outside = outside;
        this.only = only;
        this.codes = new CodeCheck(codes, problems);
        this.problems = problems;
    }

    /** Empty when there are problems. */
    Optional<GatewayConfig> read(Yaml file, String hash) {
        Section root = Section.of(file, Position.START);
        TargetRule rule = new TargetRule(blocks(root, "allow-address")).only(only);
        try (TrialContext trial = new TrialContext(names(root.section("upstreams")), rule)) {
            return read(root, hash, rule, trial);
        }
    }

    private Optional<GatewayConfig> read(Section root, String hash, TargetRule rule, TrialContext trial) {
        TargetReader targets = new TargetReader(rule, problems);
        Map<String, UpstreamConfig> upstreams = upstreams(root, targets);
        Set<String> names = names(root.section("upstreams"));
        AuthConfig auth = auth(root, targets);
        AuthConfig admin = admin(root, targets);
        GatingConfig gating = new GatingReader(names, codes, problems).read(root.section("gating"));
        CorsConfig cors = new CorsReader(problems).read(root);
        List<Cidr> proxies = blocks(root, "trusted-proxies");
        checkClientIpHeader(root, proxies);
        BodyConfig body = body(root.section("body"));
        LimitsConfig limits = limits(root.section("limits"));
        ApisConfig apis = apis(root.section("apis"));
        codes.quotas(QuotaReader.codes(root));
        Map<String, QuotaUse> counted = quotas.read(root, codes, problems);
        EventsConfig told = events.read(root, trial, problems);
        PluginLevels levels = new PluginLevels(root, plugins, trial, problems);
        List<Route> routes = routes(root, names, gating, apis, levels);
        warnOfUnused(root.section("upstreams"), gating, routes, trial.named());
        if (!problems.none()) {
            return Optional.empty();
        }
        return problems.build(
                root.at(),
                () -> new GatewayConfig(
                        hash,
                        upstreams,
                        auth,
                        admin,
                        gating,
                        cors,
                        proxies,
                        lowerCase(root.text("client-ip-header")),
                        rule,
                        CorsReader.lowerCase(root, "strip"),
                        body,
                        limits,
                        apis,
                        counted,
                        told,
                        routes,
                        CompiledRouteTable.of(routes)));
    }

    private static @Nullable String lowerCase(@Nullable String text) {
        return text == null ? null : text.toLowerCase(Locale.ROOT);
    }

    private static Set<String> names(Section upstreams) {
        Set<String> names = new TreeSet<>();
        upstreams.entries().forEach(entry -> names.add(entry.key()));
        return names;
    }

    private Map<String, UpstreamConfig> upstreams(Section root, TargetReader targets) {
        UpstreamReader reader = new UpstreamReader(targets, problems);
        Map<String, UpstreamConfig> upstreams = new LinkedHashMap<>();
        for (Yaml.Entry entry : root.section("upstreams").entries()) {
            reader.read(entry.key(), Section.of(entry.value(), entry.keyAt()))
                    .ifPresent(upstream -> upstreams.put(entry.key(), upstream));
        }
        return upstreams;
    }

    private @Nullable AuthConfig auth(Section root, TargetReader targets) {
        return root.has("auth")
                ? new AuthReader(targets, outside, problems)
                        .read(root.section("auth"))
                        .orElse(null)
                : null;
    }

    private @Nullable AuthConfig admin(Section root, TargetReader targets) {
        return root.has("admin")
                ? new AuthReader(targets, outside, problems)
                        .readAdmin(root.section("admin"), root.section("auth"), root.has("auth"))
                        .orElse(null)
                : null;
    }

    private List<Cidr> blocks(Section root, String key) {
        List<Cidr> blocks = new ArrayList<>();
        for (Yaml.Scalar block : root.texts(key)) {
            if (!BLOCK.matcher(block.text()).matches()) {
                continue;
            }
            try {
                blocks.add(new Cidr(block.text()));
            } catch (IllegalArgumentException e) {
                boolean hidden = block.origin().fromEnvironment();
                problems.error(block.at(), hidden ? key + " holds no address block" : String.valueOf(e.getMessage()));
            }
        }
        return blocks;
    }

    private void checkClientIpHeader(Section root, List<Cidr> proxies) {
        if (root.has("client-ip-header") && proxies.isEmpty()) {
            problems.error(
                    root.keyAt("client-ip-header"),
                    "client-ip-header is believed from trusted proxies only; name them in trusted-proxies");
        }
    }

    private BodyConfig body(Section body) {
        long inspect = body.size("inspect", BodyConfig.DEFAULT.inspect());
        long max = body.size("max", BodyConfig.DEFAULT.max());
        if (inspect > BodyConfig.MAX_INSPECT) {
            problems.error(body.at("inspect"), "inspect is at most 64MiB: every request in flight may hold so much");
        }
        return new BodyConfig(max, (int) Math.min(inspect, BodyConfig.MAX_INSPECT));
    }

    private static LimitsConfig limits(Section limits) {
        double approaching = limits.percent("approaching")
                .filter(percent -> percent > 0)
                .map(percent -> percent / 100.0)
                .orElse(LimitsConfig.DEFAULT.approaching());
        return new LimitsConfig(limits.flag("headers", LimitsConfig.DEFAULT.headers()), approaching);
    }

    private static ApisConfig apis(Section apis) {
        Set<String> managers = new LinkedHashSet<>();
        apis.texts("managers").forEach(role -> managers.add(role.text()));
        return new ApisConfig(
                !"off".equals(apis.text("store")),
                !"off".equals(apis.text("user")),
                !"off".equals(apis.text("ofrep")),
                managers.isEmpty() ? ApisConfig.DEFAULT.managers() : managers);
    }

    private List<Route> routes(
            Section root, Set<String> upstreams, GatingConfig gating, ApisConfig apis, PluginLevels levels) {
        RouteReader reader = new RouteReader(upstreams, gating, levels, codes, problems);
        List<RouteRules.Placed> placed = new ArrayList<>();
        for (Yaml item : root.list("routes")) {
            Section section = Section.of(item, root.at());
            reader.read(placed.size(), section).ifPresent(route -> placed.add(new RouteRules.Placed(route, section)));
        }
        levels.checkHosts();
        new RouteRules(new ApiPaths(apis), problems).check(placed);
        placed.stream()
                .filter(route -> !route.route().publicRoute() && !root.has("auth"))
                .findFirst()
                .ifPresent(route -> problems.error(
                        route.section().at("path"),
                        "this route needs a token, and there is no auth to verify one; add auth, or public: true"));
        return placed.stream().map(RouteRules.Placed::route).toList();
    }

    private void warnOfUnused(Section upstreams, GatingConfig gating, List<Route> routes, Set<String> byPlugins) {
        Set<String> used = new TreeSet<>(byPlugins);
        routes.forEach(route -> used.add(route.upstream()));
        for (Yaml.Entry entry : upstreams.entries()) {
            if (!used.contains(entry.key()) && !entry.key().equals(gating.passUnmatched())) {
                problems.warning(entry.keyAt(), "no route goes to the upstream '" + entry.key() + "'");
            }
        }
    }
}
