package dev.tiergate.api.admin;

import io.vertx.core.VertxException;
import io.vertx.pgclient.PgException;
import io.vertx.sqlclient.ClosedConnectionException;
import java.io.IOException;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/** What PostgreSQL refuses or fails at, in the words of the API. */
final class SqlProblems {

    private static final String UNIQUE = "23505";
    private static final String REFERENCE = "23503";
    private static final String CHECK = "23514";
    private static final String WRONG_VALUE = "22023";
    private static final String NO_PRIVILEGE = "42501";

    /** Cancelled, lock not had, in use, conflicts that outlived the retries. */
    private static final Set<String> BUSY = Set.of("57014", "55P03", "55006", "40001", "40P01");
    /** Classes of a server that may be there soon: connection, authorization, resources, shutting down, no database. */
    private static final Set<String> AWAY = Set.of("08", "28", "53", "57", "58", "3D");

    private static final Map<String, String> TAKEN = Map.of(
            "tiers_pkey", "/code",
            "tiers_order_unique", "/display_order",
            "stores_external_id_key", "/external_id",
            "stores_code_key", "/code",
            "store_feature_overrides_pkey", "/feature_code");

    private static final Map<String, String> UNFIT = Map.of(
            "features_minimum_tier", "/minimum_tier_code",
            "features_model_group", "/model_group",
            "features_dependencies", "/dependencies",
            "features_no_cycle", "/dependencies",
            "stores_plan_tier_code_fkey", "/tier_code",
            "store_feature_overrides_feature_code_fkey", "/feature_code",
            "store_feature_overrides_plan", "/feature_code",
            "store_override_limits_limit_code_feature_code_fkey", "/limits");

    private SqlProblems() {}

    /** Empty for what is neither the caller's doing nor PostgreSQL's. */
    static Optional<Problem> of(Throwable fault) {
        if (fault instanceof PgException refused) {
            return refused(refused);
        }
        var away = fault instanceof IOException
                || fault instanceof TimeoutException
                || fault instanceof ClosedConnectionException
                || fault instanceof VertxException;
        return away ? Optional.of(Problem.unavailable("PostgreSQL does not answer")) : Optional.empty();
    }

    private static Optional<Problem> refused(PgException fault) {
        var state = String.valueOf(fault.getSqlState());
        if (BUSY.contains(state)) {
            return Optional.of(Problem.unavailable("Others are writing, or it took too long; nothing was changed"));
        }
        if (AWAY.contains(state.substring(0, 2))) {
            return Optional.of(Problem.unavailable("PostgreSQL does not take the admin API in"));
        }
        return switch (state) {
            case UNIQUE -> taken(fault.getConstraint());
            case REFERENCE, CHECK -> unfit(fault.getConstraint());
            case WRONG_VALUE -> Optional.of(Problem.unprocessable("/time_zone", "is no name of the tz database"));
            case NO_PRIVILEGE ->
                Optional.of(Problem.of(
                        503,
                        "database_refused",
                        "The database role may not do this; TIERGATE_ADMIN_DATABASE_URL is to name one that may"));
            default -> Optional.empty();
        };
    }

    private static Optional<Problem> taken(@Nullable String constraint) {
        return Optional.ofNullable(TAKEN.get(String.valueOf(constraint)))
                .map(pointer -> Problem.conflict("already_there", "is taken by another one", pointer));
    }

    private static Optional<Problem> unfit(@Nullable String constraint) {
        var name = String.valueOf(constraint);
        if (name.equals("features_no_cycle")) {
            return Optional.of(Problem.unprocessable("/dependencies", "the feature would depend on itself"));
        }
        return Optional.ofNullable(UNFIT.get(name))
                .map(pointer -> Problem.unprocessable(pointer, "names nothing that the plan has"));
    }
}
