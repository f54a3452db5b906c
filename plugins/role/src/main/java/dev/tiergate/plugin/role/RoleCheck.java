package dev.tiergate.plugin.role;

import dev.tiergate.plugin.Allow;
import dev.tiergate.plugin.Call;
import dev.tiergate.plugin.Caller;
import dev.tiergate.plugin.Check;
import dev.tiergate.plugin.Decision;
import dev.tiergate.plugin.Reason;
import dev.tiergate.plugin.Refuse;
import io.vertx.core.Future;
import java.util.Collections;
import java.util.Optional;
import java.util.Set;

/** A refusal names roles and teams, as whoever grants them needs to know; never organisations, which are other people. */
final class RoleCheck implements Check {

    private static final Future<Decision> ALLOWED = Future.succeededFuture(Allow.plain());

    private final RoleConfig config;

    RoleCheck(RoleConfig config) {
        this.config = config;
    }

    @Override
    public Future<Decision> ask(Call call) {
        return ofOrganisation(call.caller())
                ? ALLOWED
                : missing(call.caller()).map(detail -> refused(call, detail)).orElse(ALLOWED);
    }

    private boolean ofOrganisation(Caller caller) {
        var organisation = config.organisation();
        return organisation != null
                && one(ClaimValues.whole(caller.claims(), organisation.claim()), organisation.any());
    }

    /** What the caller lacks, in a sentence; empty where nothing is missing. */
    private Optional<String> missing(Caller caller) {
        if (config.ofOrganisationsOnly()) {
            return Optional.of("This is for certain organisations only");
        }
        return lacking("role", caller.roles(), config.any(), config.all()).or(() -> missingTeam(caller));
    }

    private Optional<String> missingTeam(Caller caller) {
        var teams = config.teams();
        return teams == null
                ? Optional.empty()
                : lacking("team", ClaimValues.words(caller.claims(), teams.claim()), teams.any(), teams.all());
    }

    private static Optional<String> lacking(String kind, Set<String> has, Set<String> any, Set<String> all) {
        if (!any.isEmpty() && !one(has, any)) {
            return Optional.of("This needs the " + kind + " " + String.join(" or ", any));
        }
        return has.containsAll(all)
                ? Optional.empty()
                : Optional.of("This needs the " + kind + " " + String.join(" and ", all));
    }

    private static boolean one(Set<String> has, Set<String> any) {
        return !Collections.disjoint(has, any);
    }

    private static Future<Decision> refused(Call call, String detail) {
        var feature = call.feature().flatMap(code -> call.entitlements().feature(code));
        return Future.succeededFuture(Refuse.of(Reason.ROLE_MISSING, detail).withFeature(feature.orElse(null)));
    }
}
