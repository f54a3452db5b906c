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

    private final CodeCheck codes;
    private final Problems problems;

    ChargeReader(CodeCheck codes, Problems problems) {
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
            Optional<Charge> read = section.has("header") || section.has("max") || section.has("default")
                    ? reported(section, section.text("limit", ""), on)
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

    private Optional<Charge> reported(Section section, String limit, Charge.On on) {
        if (section.has("cost")) {
            problems.error(
                    section.keyAt("cost"),
                    "a cost that is reported has no other beside it; remove cost, or header, max and default");
            return Optional.empty();
        }
        if (!section.has("header")) {
            String key = section.has("max") ? "max" : "default";
            problems.error(
                    section.keyAt(key),
                    "'" + key + "' is of a cost that is reported; name the 'header', or say 'cost'");
            return Optional.empty();
        }
        if (!section.has("max")) {
            problems.error(
                    section.keyAt("header"),
                    "a cost that is reported needs 'max', the most that is taken for a request");
            return Optional.empty();
        }
        long most = section.integer("max", 1);
        long otherwise = section.integer("default", most);
        if (otherwise > most) {
            problems.error(section.at("default"), "default is above max, and no request costs more than that");
            return Optional.empty();
        }
        String header = section.text("header");
        return header == null || most < 1
                ? Optional.empty()
                : Optional.of(new Charge(limit, most, on, new Charge.Report(header, Math.max(0, otherwise))));
    }
}
