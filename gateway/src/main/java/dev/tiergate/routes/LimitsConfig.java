package dev.tiergate.routes;

/**
 * How the use of limits is told.
 *
 * @param headers whether responses carry RateLimit headers
 * @param approaching the share of a limit, 0 to 1, from which on its use counts as approaching
 */
public record LimitsConfig(boolean headers, double approaching) {

    public LimitsConfig {
        if (approaching <= 0 || approaching > 1) {
            throw new IllegalArgumentException("approaching is a share above 0 and up to 1");
        }
    }

    public static final LimitsConfig DEFAULT = new LimitsConfig(true, 0.8);
}
