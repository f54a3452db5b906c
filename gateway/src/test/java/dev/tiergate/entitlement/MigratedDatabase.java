package dev.tiergate.entitlement;

import dev.tiergate.fixtures.Postgres;

/** Databases of the shared server at the schema of this version: copies of one, as migrations take several times as long. */
public final class MigratedDatabase {

    private MigratedDatabase() {}

    /** A fresh one; its URI. */
    public static String create() {
        return Postgres.shared().copyOf(Original.URI);
    }

    private static final class Original {
        static final String URI = Postgres.shared().createDatabase();

        static {
            Migrations.run(URI);
        }
    }
}
