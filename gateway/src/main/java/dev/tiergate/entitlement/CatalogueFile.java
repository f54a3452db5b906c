package dev.tiergate.entitlement;

import dev.tiergate.routes.yaml.YamlParser;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.List;

/**
 * A plan's catalogue as a YAML file: tiers, model groups, features with their limits, the store's own limits.
 *
 * <p>To import one makes the database hold what the file says of the plan, in one transaction. What the file does not name
 * stays. A second import of the same file changes nothing. Blocks: not for an event loop.
 */
public final class CatalogueFile {

    private final String plan;
    private final CatalogueRows rows;
    private final Catalogue catalogue;

    private CatalogueFile(String plan, CatalogueRows rows, Catalogue catalogue) {
        this.plan = plan;
        this.rows = rows;
        this.catalogue = catalogue;
    }

    /** The file is no good catalogue; the message lists every problem with its line. */
    public static final class InvalidCatalogueException extends Exception {
        private static final long serialVersionUID = 1L;

        private final List<String> problems;

        InvalidCatalogueException(List<String> problems) {
            super(String.join(System.lineSeparator(), problems));
            this.problems = List.copyOf(problems);
        }

        /** Each as {@code file:line:column: what is wrong}. */
        public List<String> problems() {
            return problems;
        }
    }

    /** @throws InvalidCatalogueException with every problem */
    public static CatalogueFile read(Path file) throws IOException, InvalidCatalogueException {
        return parse(file.toString(), Files.readString(file));
    }

    /** @param name what messages call the file */
    static CatalogueFile parse(String name, String text) throws InvalidCatalogueException {
        var problems = new CatalogueProblems(name);
        var parsed = YamlParser.parse(text);
        parsed.faults().forEach(fault -> problems.add(fault.at(), fault.message()));
        problems.throwIfAny();
        var reader = new CatalogueFileReader(problems);
        var rows = reader.read(parsed.root());
        problems.throwIfAny();
        // What is left to find is what no single line shows: dependencies that go round.
        var catalogue = Catalogue.of(
                rows, (table, key, why) -> problems.add(reader.placeOf(key), "'" + key + "' of " + table + " " + why));
        problems.throwIfAny();
        return new CatalogueFile(reader.plan(), rows, catalogue);
    }

    CatalogueRows rows() {
        return rows;
    }

    /** The plan by itself, to check codes against. */
    public Catalogue catalogue() {
        return catalogue;
    }

    /** The plan that it is of. */
    public String plan() {
        return plan;
    }

    /**
     * @param databaseUrl {@code postgresql://…}, of a role that may change the catalogue; the schema has to be there
     * @return the revision after it
     */
    public static long importInto(String databaseUrl, Path file)
            throws IOException, InvalidCatalogueException, SQLException {
        return new CatalogueDatabase(databaseUrl).take(read(file), false).revision();
    }
}
