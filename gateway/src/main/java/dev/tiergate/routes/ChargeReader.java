package dev.tiergate.routes;

import dev.tiergate.routes.Route.Charge;
import dev.tiergate.routes.yaml.Yaml;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Reads what a route charges. */
final class ChargeReader {

    /** Keys of a cost that differs from request to request. */
    private static final List<String> TOLD = List.of("header", "by", "max", "default");

    private final PluginLevels plugins;
    private final CodeCheck codes;
    private final Problems problems;

    ChargeReader(PluginLevels plugins, CodeCheck codes, Problems problems) {
        this.plugins = plugins;
        this.codes = codes;
        this.problems = problems;
    }

    List<Charge> read(Section route) {
        List<Charge> charges = new ArrayList<>();
        Set<String> limits = new LinkedHashSet<>();
        for (Yaml item : route.list("charge")) {
            Section section = Section.of(item, route.at());
            String limit = section.text("limit");
            section.scalar("limit").ifPresent(codes::limit);
            if (limit != null && !limits.add(limit)) {
                problems.error(section.at("limit"), "this limit is charged twice; add the costs up");
            }
            Charge.On on = section.choice("on", Charge.On.class, Charge.On.ATTEMPT);
            Optional<Charge> read = TOLD.stream().anyMatch(section::has)
                    ? told(section, section.text("limit", ""), on)
                    : fixed(section, section.text("limit", ""), on);
            if (limit != null) {
                read.ifPresent(charges::add);
            }
        }
        return charges;
    }

    private Optional<Charge> fixed(Section section, String limit, Charge.On on) {
        long cost = section.integer("cost", 1);
        if (cost < 0 && on != Charge.On.SUCCESS) {
            problems.error(section.at("cost"), "a negative cost gives back what succeeded; add on: success");
            return Optional.empty();
        }
        if (cost < 0 && codes.credits(limit)) {
            problems.error(section.at("cost"), "credits come back by a grant, not by a request; cost must be above 0");
            return Optional.empty();
        }
        if (cost < 0 && codes.isQuota(limit)) {
            problems.error(section.at("cost"), "what a plugin counts cannot be given back so; cost must be above 0");
            return Optional.empty();
        }
        return cost == 0 ? Optional.empty() : Optional.of(new Charge(limit, cost, on));
    }

    private Optional<Charge> told(Section section, String limit, Charge.On on) {
        boolean byPlugin = section.has("by");
        if (contradicts(section, byPlugin)) {
            return Optional.empty();
        }
        if (!section.has("max")) {
            problems.error(
                    section.keyAt(byPlugin ? "by" : "header"),
                    "a cost that " + (byPlugin ? "a plugin tells" : "is reported")
                            + " needs 'max', the most that is taken for a request");
            return Optional.empty();
        }
        long most = section.integer("max", 1);
        long otherwise = section.integer("default", most);
        if (otherwise > most) {
            problems.error(section.at("default"), "default is above max, and no request costs more than that");
            return Optional.empty();
        }
        Optional<Charge.Told> told = byPlugin
                ? plugins.cost(section).map(plugin -> new Charge.By(plugin, Math.max(0, otherwise)))
                : Optional.ofNullable(section.text("header"))
                        .map(header -> new Charge.Report(header, Math.max(0, otherwise)));
        return most < 1 ? Optional.empty() : told.map(teller -> new Charge(limit, most, on, teller));
    }

    private boolean contradicts(Section section, boolean byPlugin) {
        if (byPlugin && section.has("header")) {
            problems.error(section.keyAt("header"), "the cost is told by 'header' or 'by', not by both");
        } else if (section.has("cost")) {
            problems.error(
                    section.keyAt("cost"),
                    byPlugin
                            ? "a cost that a plugin tells has no other beside it; remove cost, or by, max and default"
                            : "a cost that is reported has no other beside it; remove cost, or header, max and default");
        } else if (!byPlugin && !section.has("header")) {
            String key = section.has("max") ? "max" : "default";
            problems.error(
                    section.keyAt(key),
                    "'" + key + "' is of a cost that is reported; name the 'header', or say 'cost'");
        } else {
            return false;
        }
        return true;
    }
}
