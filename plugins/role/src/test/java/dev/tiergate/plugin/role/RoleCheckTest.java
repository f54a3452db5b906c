package dev.tiergate.plugin.role;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tiergate.plugin.Allow;
import dev.tiergate.plugin.Call;
import dev.tiergate.plugin.Caller;
import dev.tiergate.plugin.Decision;
import dev.tiergate.plugin.Reason;
import dev.tiergate.plugin.Refuse;
import dev.tiergate.plugin.role.RoleConfig.Organisation;
import dev.tiergate.plugin.role.RoleConfig.Teams;
import java.lang.reflect.Proxy;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RoleCheckTest {

    private static final RoleConfig ANY = new RoleConfig(names("analyst", "owner"), null, null, null);
    private static final RoleConfig ALL = new RoleConfig(null, names("analyst", "reviewer"), null, null);
    private static final RoleConfig TEAM =
            new RoleConfig(null, null, new Teams("teams", names("pricing", "growth"), null), null);
    private static final RoleConfig ACME =
            new RoleConfig(names("owner"), null, null, new Organisation("org.name", names("Acme Corp", "7")));

    @ParameterizedTest
    @CsvSource({"analyst, true", "owner, true", "owner viewer, true", "viewer, false", "Analyst, false", "'', false"})
    void any_asks_for_one_of_the_roles(String roles, boolean passes) {
        assertThat(ask(ANY, withRoles(roles))).isInstanceOf(passes ? Allow.class : Refuse.class);
    }

    @ParameterizedTest
    @CsvSource({"analyst reviewer, true", "analyst reviewer owner, true", "analyst, false", "reviewer, false"})
    void all_asks_for_each_of_the_roles(String roles, boolean passes) {
        assertThat(ask(ALL, withRoles(roles))).isInstanceOf(passes ? Allow.class : Refuse.class);
    }

    @ParameterizedTest
    @CsvSource({"owner analyst, true", "owner, false", "analyst, false"})
    void any_and_all_have_to_hold_together(String roles, boolean passes) {
        var both = new RoleConfig(names("owner"), names("analyst"), null, null);
        assertThat(ask(both, withRoles(roles))).isInstanceOf(passes ? Allow.class : Refuse.class);
    }

    @Test
    void a_refusal_says_what_is_missing() {
        assertRefused(ask(ANY, withRoles("viewer")), "This needs the role analyst or owner");
        assertRefused(ask(ALL, withRoles("analyst")), "This needs the role analyst and reviewer");
        assertRefused(ask(TEAM, withClaims(Map.of())), "This needs the team pricing or growth");
    }

    @Test
    void teams_stand_in_a_list_or_are_words() {
        assertThat(ask(TEAM, withClaims(Map.of("teams", List.of("growth", "legal")))))
                .isEqualTo(Allow.plain());
        assertThat(ask(TEAM, withClaims(Map.of("teams", "legal  pricing")))).isEqualTo(Allow.plain());
        assertThat(ask(TEAM, withClaims(Map.of("teams", List.of("legal"))))).isInstanceOf(Refuse.class);
        assertThat(ask(TEAM, withClaims(Map.of("teams", "pricing,growth")))).isInstanceOf(Refuse.class);
    }

    @Test
    void all_teams_can_be_asked_for() {
        var both = new RoleConfig(null, null, new Teams("teams", null, names("pricing", "growth")), null);
        assertThat(ask(both, withClaims(Map.of("teams", "growth pricing")))).isEqualTo(Allow.plain());
        assertRefused(ask(both, withClaims(Map.of("teams", "growth"))), "This needs the team pricing and growth");
    }

    @Test
    void a_role_does_not_make_up_for_a_team() {
        var both = new RoleConfig(names("owner"), null, new Teams("teams", names("pricing"), null), null);
        assertThat(ask(both, caller("owner", Map.of("teams", "pricing")))).isEqualTo(Allow.plain());
        assertThat(ask(both, caller("owner", Map.of()))).isInstanceOf(Refuse.class);
        assertThat(ask(both, caller("", Map.of("teams", "pricing")))).isInstanceOf(Refuse.class);
    }

    @Test
    void claims_of_another_shape_name_no_team() {
        assertThat(ask(TEAM, withClaims(Map.of("teams", Map.of("pricing", true)))))
                .isInstanceOf(Refuse.class);
        assertThat(ask(TEAM, withClaims(Map.of("teams", true)))).isInstanceOf(Refuse.class);
        assertThat(ask(TEAM, withClaims(Map.of("teams", List.of(List.of("pricing"))))))
                .isInstanceOf(Refuse.class);
    }

    @Test
    void an_organisation_that_is_named_passes_whatever_the_role() {
        assertThat(ask(ACME, withClaims(Map.of("org", Map.of("name", "Acme Corp")))))
                .isEqualTo(Allow.plain());
        assertThat(ask(ACME, withClaims(Map.of("org", Map.of("name", 7L))))).isEqualTo(Allow.plain());
        assertThat(ask(ACME, withClaims(Map.of("org", Map.of("name", List.of("Other", "Acme Corp"))))))
                .isEqualTo(Allow.plain());
    }

    @Test
    void another_organisation_needs_the_role() {
        var other = Map.<String, Object>of("org", Map.of("name", "Acme"));
        assertThat(ask(ACME, caller("owner", other))).isEqualTo(Allow.plain());
        assertRefused(ask(ACME, caller("viewer", other)), "This needs the role owner");
        assertThat(ask(ACME, withClaims(Map.of("org", "Acme Corp")))).isInstanceOf(Refuse.class);
    }

    @Test
    void where_organisations_alone_count_others_are_refused_without_a_name() {
        var config = new RoleConfig(null, null, null, new Organisation("org", names("acme")));
        assertThat(ask(config, withClaims(Map.of("org", "acme")))).isEqualTo(Allow.plain());
        assertRefused(ask(config, withClaims(Map.of("org", "other"))), "This is for certain organisations only");
    }

    @Test
    void a_claim_whose_name_is_a_url_is_found() {
        var config =
                new RoleConfig(null, null, new Teams("https://id.example.com/teams", names("pricing"), null), null);
        assertThat(ask(config, withClaims(Map.of("https://id.example.com/teams", List.of("pricing")))))
                .isEqualTo(Allow.plain());
    }

    @Test
    void a_configuration_without_a_rule_says_what_to_write() {
        assertThatThrownBy(() -> new RoleConfig(null, null, null, null))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("role needs 'any', 'all', 'teams' or 'organisation', such as any: [ analyst, owner ]");
    }

    @Test
    void a_rule_that_nobody_could_fit_is_said() {
        assertThatThrownBy(() -> new RoleConfig(Set.of(), null, null, null))
                .hasMessage("'any' is empty; name something, or leave it out");
        assertThatThrownBy(() -> new RoleConfig(null, Set.of(" "), null, null)).hasMessage("'all' has an empty name");
        assertThatThrownBy(() -> new Teams("teams", null, Set.of()))
                .hasMessage("'all' is empty; name something, or leave it out");
    }

    @Test
    void what_teams_and_organisations_need_is_said() {
        assertThatThrownBy(() -> new Teams("teams", null, null))
                .hasMessage("teams needs 'any' or 'all', such as any: [ pricing ]");
        assertThatThrownBy(() -> new Teams(null, Set.of("pricing"), null))
                .hasMessage("teams needs 'claim', the claim of the token that it is read from");
        assertThatThrownBy(() -> new Organisation("org", null))
                .hasMessage("organisation needs 'any', such as any: [ acme ]");
        assertThatThrownBy(() -> new Organisation(" ", Set.of("acme")))
                .hasMessage("organisation needs 'claim', the claim of the token that it is read from");
    }

    private static Set<String> names(String... names) {
        return new LinkedHashSet<>(List.of(names));
    }

    private static Caller withRoles(String roles) {
        return caller(roles, Map.of());
    }

    private static Caller withClaims(Map<String, Object> claims) {
        return caller("viewer", claims);
    }

    private static Caller caller(String roles, Map<String, Object> claims) {
        return new Caller("42", "user-1", Set.of(roles.split(" ")), claims);
    }

    private static Decision ask(RoleConfig config, Caller caller) {
        return new RoleCheck(config).ask(by(caller)).result();
    }

    private static void assertRefused(Decision decision, String detail) {
        assertThat(decision).isInstanceOfSatisfying(Refuse.class, refuse -> {
            assertThat(refuse.reason()).isEqualTo(Reason.ROLE_MISSING);
            assertThat(refuse.detail()).isEqualTo(detail);
        });
    }

    /** A call of a route without a feature; the check reads who calls, and nothing else. */
    private static Call by(Caller caller) {
        return (Call) Proxy.newProxyInstance(
                Call.class.getClassLoader(),
                new Class<?>[] {Call.class},
                (proxy, method, args) -> switch (method.getName()) {
                    case "caller" -> caller;
                    case "feature" -> Optional.empty();
                    default -> throw new AssertionError("The check is not to ask for " + method.getName());
                });
    }
}
