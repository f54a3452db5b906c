package dev.tiergate.plugin.role;

import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What stands under {@code role:} in routes.yaml. All of {@code any}, {@code all} and {@code teams} that is given has to
 * hold; a caller of an organisation that is named needs none of it. Names are compared as they are.
 *
 * @param any the caller has one of these roles at least; empty where none is asked for
 * @param all the caller has each of these roles; empty where none is asked for
 * @param teams null where no team is asked for
 * @param organisation null where no organisation is let in as a whole
 */
public record RoleConfig(
        Set<String> any,
        Set<String> all,
        @Nullable Teams teams,
        @Nullable Organisation organisation) {

    public RoleConfig(
            @Nullable Set<String> any,
            @Nullable Set<String> all,
            @Nullable Teams teams,
            @Nullable Organisation organisation) {
        if (any == null && all == null && teams == null && organisation == null) {
            throw new IllegalArgumentException(
                    "role needs 'any', 'all', 'teams' or 'organisation', such as any: [ analyst, owner ]");
        }
        this.any = checked("any", any);
        this.all = checked("all", all);
        this.teams = teams;
        this.organisation = organisation;
    }

    /** True where nothing but the organisation counts. */
    boolean ofOrganisationsOnly() {
        return any.isEmpty() && all.isEmpty() && teams == null;
    }

    /**
     * The teams of a caller.
     *
     * @param claim where the token has them: a list of texts, or words in one text; dots lead into nested claims
     * @param any the caller is in one of these at least; empty where none is asked for
     * @param all the caller is in each of these; empty where none is asked for
     */
    public record Teams(String claim, Set<String> any, Set<String> all) {

        public Teams(@Nullable String claim, @Nullable Set<String> any, @Nullable Set<String> all) {
            if (any == null && all == null) {
                throw new IllegalArgumentException("teams needs 'any' or 'all', such as any: [ pricing ]");
            }
            this.claim = named("teams", claim);
            this.any = checked("any", any);
            this.all = checked("all", all);
        }
    }

    /**
     * Organisations all of whose people pass.
     *
     * @param claim where the token names the caller's: a text, a whole number, or a list of texts; dots lead into nested
     *     claims
     * @param any those that pass
     */
    public record Organisation(String claim, Set<String> any) {

        public Organisation(@Nullable String claim, @Nullable Set<String> any) {
            if (any == null) {
                throw new IllegalArgumentException("organisation needs 'any', such as any: [ acme ]");
            }
            this.claim = named("organisation", claim);
            this.any = checked("any", any);
        }
    }

    private static String named(String key, @Nullable String claim) {
        if (claim == null || claim.isBlank()) {
            throw new IllegalArgumentException(key + " needs 'claim', the claim of the token that it is read from");
        }
        return claim;
    }

    private static Set<String> checked(String key, @Nullable Set<String> names) {
        if (names == null) {
            return Set.of();
        }
        if (names.isEmpty()) {
            throw new IllegalArgumentException("'" + key + "' is empty; name something, or leave it out");
        }
        if (names.stream().anyMatch(String::isBlank)) {
            throw new IllegalArgumentException("'" + key + "' has an empty name");
        }
        return Collections.unmodifiableSet(new LinkedHashSet<>(names));
    }
}
