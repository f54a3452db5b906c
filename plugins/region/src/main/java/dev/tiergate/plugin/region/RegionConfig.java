package dev.tiergate.plugin.region;

import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What stands under {@code region:} in routes.yaml: what says which country a request comes from, and which may.
 *
 * @param header the header in which a trusted proxy names the country; null where a database is given, and
 *     {@value #USUAL_HEADER} where neither is
 * @param database countries by address; null where a header names them
 * @param allow countries that may come in; empty for all that are not denied
 * @param deny countries that may not
 * @param tiers by a tier's code, what holds for its stores in the place of {@code allow} and {@code deny}
 * @param unknown what becomes of a request whose country is not known; {@code refuse} unless given
 */
public record RegionConfig(
        @Nullable String header,
        @Nullable CountryDatabase database,
        Set<String> allow,
        Set<String> deny,
        Map<String, Countries> tiers,
        Unknown unknown) {

    static final String USUAL_HEADER = "CF-IPCountry";

    /** What becomes of a request whose country is not known. */
    public enum Unknown {
        REFUSE,
        PASS
    }

    public RegionConfig(
            @Nullable String header,
            @Nullable CountryDatabase database,
            @Nullable Set<String> allow,
            @Nullable Set<String> deny,
            @Nullable Map<String, Countries> tiers,
            @Nullable Unknown unknown) {
        if (header != null && database != null) {
            throw new IllegalArgumentException("the country comes from 'header' or from 'database', not from both");
        }
        if (header != null && !header.matches("[!#$%&'*+.^_`|~0-9A-Za-z-]+")) {
            throw new IllegalArgumentException("'" + header + "' is no header name");
        }
        if (allow == null && deny == null && tiers == null) {
            throw new IllegalArgumentException("region needs 'allow', 'deny' or 'tiers', such as allow: [ LU, DE ]");
        }
        var rest = new Countries(allow, deny);
        this.header = header == null && database == null ? USUAL_HEADER : header;
        this.database = database;
        this.allow = rest.allow();
        this.deny = rest.deny();
        this.tiers = tiers == null ? Map.of() : Map.copyOf(tiers);
        this.unknown = unknown == null ? Unknown.REFUSE : unknown;
    }

    /** For stores of a tier that is not among {@link #tiers}. */
    Countries rest() {
        return new Countries(allow.isEmpty() ? null : allow, deny);
    }
}
