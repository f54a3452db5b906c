package dev.tiergate.limits;

import dev.tiergate.plugin.Limit;
import java.util.List;
import java.util.Optional;

/** How long a refused request would have to wait. */
final class RetryAfter {

    /** A slot may be free at any time. */
    private static final long SLOT_SECONDS = 1;

    private RetryAfter() {}

    /** Seconds until the units may fit; empty where waiting does not help. */
    static Optional<Long> seconds(ChargeRequest.Line line, Usage usage) {
        Limit limit = line.limit();
        if (!limit.unlimited() && line.units() > limit.value()) {
            return Optional.empty();
        }
        return line.slots() ? Optional.of(SLOT_SECONDS) : usage.secondsToReset();
    }

    /** The index of the line without room whose wait is the longest; after it the others have room again, too. */
    static int longest(List<ChargeRequest.Line> lines, List<Usage> numbers) {
        int longest = 0;
        long most = -1;
        for (int i = 0; i < lines.size(); i++) {
            if (!numbers.get(i).hasRoomFor(lines.get(i).units())) {
                long wait = seconds(lines.get(i), numbers.get(i)).orElse(Long.MAX_VALUE);
                if (wait > most) {
                    most = wait;
                    longest = i;
                }
            }
        }
        return longest;
    }
}
