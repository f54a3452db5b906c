package dev.tiergate.entitlement;

import io.vertx.pgclient.PgException;
import java.util.concurrent.TimeoutException;

/** Faults of PostgreSQL in words for logs and readiness: no address, no SQL, no secret. */
final class PostgresFaults {

    private PostgresFaults() {}

    static String describe(Throwable fault) {
        if (fault instanceof PgException refused) {
            return "PostgreSQL refused: SQLSTATE " + refused.getSqlState();
        }
        if (fault instanceof TimeoutException) {
            return "PostgreSQL did not answer in time";
        }
        return "PostgreSQL cannot be reached (" + fault.getClass().getSimpleName() + ")";
    }
}
