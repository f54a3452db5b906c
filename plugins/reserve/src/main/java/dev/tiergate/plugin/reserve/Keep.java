package dev.tiergate.plugin.reserve;

import java.util.regex.Pattern;

/**
 * How much of a limit is kept: units, or a share of it.
 *
 * @param units 1 or more; 0 where it is a share
 * @param percent 1 to 99; 0 where it is units
 */
public record Keep(long units, int percent) {

    private static final Pattern SHARE = Pattern.compile("[1-9][0-9]?%");
    private static final int WHOLE = 100;

    public Keep {
        if (units < 0 || percent < 0 || percent >= WHOLE || (units == 0) == (percent == 0)) {
            throw wrong();
        }
    }

    /** Reads a share such as {@code 20%}. */
    public static Keep valueOf(String share) {
        if (!SHARE.matcher(share).matches()) {
            throw wrong();
        }
        return new Keep(0, Integer.parseInt(share, 0, share.length() - 1, 10));
    }

    public static Keep valueOf(long units) {
        return new Keep(units, 0);
    }

    private static IllegalArgumentException wrong() {
        return new IllegalArgumentException(
                "'keep' must be a share from 1% to 99%, such as 20%, or units from 1, such as 500");
    }

    /** Units that are kept of a limit of so many; of a share that is no whole number of units, the whole ones. */
    long of(long limit) {
        return percent == 0 ? units : limit / WHOLE * percent + limit % WHOLE * percent / WHOLE;
    }
}
