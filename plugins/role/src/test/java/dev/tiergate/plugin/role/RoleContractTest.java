package dev.tiergate.plugin.role;

import dev.tiergate.plugin.testkit.CheckContract;
import java.util.List;
import java.util.Map;

class RoleContractTest extends CheckContract {

    RoleContractTest() {
        super("role");
    }

    @Override
    protected List<String> accepted() {
        return List.of(
                "{ any: [ analyst, owner ], all: [ owner ] }",
                "{ teams: { claim: teams, any: [ pricing ], all: [ sales ] } }",
                "{ organisation: { claim: org.teams, any: [ acme, \"7\" ] } }");
    }

    @Override
    protected Map<String, String> refused() {
        return Map.of(
                "{}", "'any', 'all', 'teams' or 'organisation'",
                "{ any: [ \" \" ] }", "'any' has an empty name",
                "{ teams: { any: [ a ] } }", "teams lacks 'claim': the claim of the token",
                "{ organisation: { claim: org } }", "organisation lacks 'any'");
    }
}
