package dev.tiergate.routes;

import dev.tiergate.plugin.PluginContext;
import dev.tiergate.routes.Route.PluginUse;
import dev.tiergate.routes.yaml.Yaml;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/** The plugins of each route: the gateway's, then its host's, then its upstream's, then its own. */
final class PluginLevels {

    private final PluginReader reader;
    private final PluginContext trial;
    private final Problems problems;
    private final List<PluginUse> gateway;

    /** By name in lower case. */
    private final Map<String, List<PluginUse>> hosts = new HashMap<>();

    private final Map<String, Yaml.Entry> hostsNotMet = new TreeMap<>();
    /** Those that may be shown. */
    private final Set<String> hostsOfRoutes = new TreeSet<>();

    private final Map<String, List<PluginUse>> upstreams = new HashMap<>();

    /** @param trial what checks are made with while the file is read */
    PluginLevels(Section root, PluginReader reader, PluginContext trial, Problems problems) {
        this.reader = reader;
        this.trial = trial;
        this.problems = problems;
        this.gateway = reader.read(root, PluginUse.Level.GATEWAY, trial, problems);
        root.section("hosts").entries().forEach(this::host);
        for (Yaml.Entry entry : root.section("upstreams").entries()) {
            Section upstream = Section.of(entry.value(), entry.keyAt());
            upstreams.put(entry.key(), reader.read(upstream, PluginUse.Level.UPSTREAM, trial, problems));
        }
    }

    private void host(Yaml.Entry entry) {
        String name = entry.key().toLowerCase(Locale.ROOT);
        if (hostsNotMet.put(name, entry) != null) {
            problems.error(entry.keyAt(), "the host '" + name + "' stands here twice; hosts are compared without case");
        }
        Section host = Section.of(entry.value(), entry.keyAt());
        hosts.put(name, reader.read(host, PluginUse.Level.HOST, trial, problems));
    }

    /** In the order in which they are asked. */
    List<PluginUse> read(Section route) {
        List<PluginUse> all = new ArrayList<>(gateway);
        String host = route.text("host", "").toLowerCase(Locale.ROOT);
        if (!host.isEmpty()) {
            hostsNotMet.remove(host);
            route.scalar("host")
                    .filter(value -> !value.origin().fromEnvironment())
                    .ifPresent(shown -> hostsOfRoutes.add(host));
            all.addAll(hosts.getOrDefault(host, List.of()));
        }
        all.addAll(upstreams.getOrDefault(route.text("upstream", ""), List.of()));
        all.addAll(reader.read(route, PluginUse.Level.ROUTE, trial, problems));
        return all;
    }

    /** The plugin that tells what a charge costs. */
    Optional<PluginUse> cost(Section charge) {
        return reader.cost(charge, trial, problems);
    }

    /** Plugins that nobody would ever ask are taken for a gate by whoever wrote them. Called after all routes were read. */
    void checkHosts() {
        for (Yaml.Entry entry : hostsNotMet.values()) {
            problems.error(
                    entry.keyAt(),
                    "no route has the host '" + SchemaMessage.shortened(entry.key())
                            + "', so its plugins would never be asked"
                            + Nearest.to(entry.key(), hostsOfRoutes)
                                    .map(near -> "; did you mean '" + near + "'?")
                                    .orElse("; give its routes this host, or remove it"));
        }
    }
}
