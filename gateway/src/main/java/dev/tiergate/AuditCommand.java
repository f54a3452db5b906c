package dev.tiergate;

import dev.tiergate.api.admin.AuditVerifier;
import java.io.PrintWriter;
import java.sql.SQLException;
import java.util.Set;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;

@Command(
        name = "audit",
        mixinStandardHelpOptions = true,
        description = "Looks after the audit log.",
        subcommands = AuditCommand.Verify.class)
final class AuditCommand extends CommandGroup {

    /** The database cannot be asked, so that nothing is known of the log. */
    static final int UNREACHABLE = 3;

    @Command(
            name = "verify",
            mixinStandardHelpOptions = true,
            description = {
                "Reads the audit log and tells whether a row was changed or taken out since it was written.",
                "The database is that of TIERGATE_ADMIN_DATABASE_URL, else of TIERGATE_DATABASE_URL."
            },
            exitCodeListHeading = "%nExit codes:%n",
            exitCodeList = {
                "0:the log is as it was written",
                "1:it is not",
                "2:the input is wrong",
                "3:the log cannot be read"
            })
    static final class Verify extends DatabaseCommand {

        /** Often enough to see that it goes on, seldom enough to be read. */
        private static final long STEP = 100_000;

        /** SQLSTATE classes of a server that is not there, or does not let us in. */
        private static final Set<String> AWAY = Set.of("08", "28", "53", "57", "3D");

        private static final String NO_TABLE = "42P01";
        private static final String NO_PRIVILEGE = "42501";

        Verify() {
            super(DatabaseOptions.FOR_AUDITORS);
        }

        @Override
        int on(String url) {
            try {
                return report(AuditVerifier.verify(url, rows -> progress(rows, err())));
            } catch (SQLException e) {
                err().println(plain(e));
                return UNREACHABLE;
            }
        }

        private static void progress(long rows, PrintWriter err) {
            if (rows > 0 && rows % STEP == 0) {
                err.println(rows + " rows read");
                err.flush();
            }
        }

        private int report(AuditVerifier.Outcome outcome) {
            if (outcome.broken() == null) {
                out().println("The audit log is as it was written: " + outcome.rows() + " rows, last hash "
                        + outcome.head());
                return ExitCode.OK;
            }
            err().println("The audit log was tampered with, after " + outcome.rows() + " good rows: "
                    + outcome.broken());
            return ExitCode.SOFTWARE;
        }

        private static String plain(SQLException fault) {
            var state = String.valueOf(fault.getSQLState());
            if (state.equals(NO_TABLE)) {
                return "The database has no audit log of this version; run the gateway once, which migrates it";
            }
            if (state.equals(NO_PRIVILEGE)) {
                return "The database role may not read the audit log; TIERGATE_ADMIN_DATABASE_URL is to name one that may";
            }
            return (state.length() == 5 && AWAY.contains(state.substring(0, 2))
                            ? "PostgreSQL cannot be reached: SQLSTATE "
                            : "The audit log cannot be read: SQLSTATE ")
                    + state;
        }
    }
}
