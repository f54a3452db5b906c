package dev.tiergate.plugin.tokenbucket;

import java.time.Duration;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What stands under {@code token-bucket:} in routes.yaml.
 *
 * @param rate how many units come back, such as {@code 20/second}
 * @param burst units that a full bucket holds, 1 to {@value #MOST_BURST}
 * @param scope who has a bucket of their own; the store unless given
 */
public record TokenBucketConfig(String rate, int burst, Scope scope) {

    private static final Pattern RATE = Pattern.compile("([1-9][0-9]{0,4}|100000)/(second|minute|hour)");
    private static final Map<String, Duration> SPANS =
            Map.of("second", Duration.ofSeconds(1), "minute", Duration.ofMinutes(1), "hour", Duration.ofHours(1));
    private static final int MOST_BURST = 1_000_000;

    /** Who has a bucket of their own. */
    public enum Scope {
        STORE,
        USER
    }

    public TokenBucketConfig(String rate, int burst, @Nullable Scope scope) {
        if (!RATE.matcher(rate).matches()) {
            throw new IllegalArgumentException(
                    "'rate' must be 1 to 100000 a second, minute or hour, such as 20/second");
        }
        if (burst < 1 || burst > MOST_BURST) {
            throw new IllegalArgumentException("'burst' must be from 1 to " + MOST_BURST);
        }
        this.rate = rate;
        this.burst = burst;
        this.scope = scope == null ? Scope.STORE : scope;
    }

    /** Nanoseconds until one unit is back, rounded up: the rate is never exceeded. */
    long interval() {
        var parts = rate.split("/");
        long units = Long.parseLong(parts[0]);
        return (SPANS.getOrDefault(parts[1], Duration.ZERO).toNanos() + units - 1) / units;
    }
}
