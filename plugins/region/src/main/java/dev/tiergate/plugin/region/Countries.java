package dev.tiergate.plugin.region;

import java.util.Collections;
import java.util.HashSet;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Some of the world's countries, by their codes of ISO 3166-1 alpha-2, such as {@code LU}.
 *
 * @param allow those that are in it; empty for all that are not denied
 * @param deny those that are not
 */
public record Countries(Set<String> allow, Set<String> deny) {

    /** Kosovo has no code of the standard's own; {@code XK} is what CDNs and databases say. */
    private static final String KOSOVO = "XK";

    private static final Set<String> CODES = codes();

    public Countries(@Nullable Set<String> allow, @Nullable Set<String> deny) {
        if (allow != null && allow.isEmpty()) {
            throw new IllegalArgumentException("'allow' lets no country in; leave it out to let all in");
        }
        this.allow = checked(allow);
        this.deny = checked(deny);
        for (String country : this.allow) {
            if (this.deny.contains(country)) {
                throw new IllegalArgumentException(country + " is both allowed and denied");
            }
        }
    }

    boolean hold(String country) {
        return !deny.contains(country) && (allow.isEmpty() || allow.contains(country));
    }

    /** False also for what CDNs say of clients in no country, such as {@code T1} for Tor and {@code XX} for unknown. */
    static boolean isCode(String text) {
        return CODES.contains(text);
    }

    private static Set<String> checked(@Nullable Set<String> given) {
        if (given == null) {
            return Set.of();
        }
        for (String code : given) {
            if (!isCode(code)) {
                throw new IllegalArgumentException("'" + code + "' is no country code of ISO 3166-1 such as LU");
            }
        }
        return Set.copyOf(given);
    }

    private static Set<String> codes() {
        var all = new HashSet<>(Locale.getISOCountries(Locale.IsoCountryCode.PART1_ALPHA2));
        all.add(KOSOVO);
        return Collections.unmodifiableSet(all);
    }
}
