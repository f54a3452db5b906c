package dev.tiergate.limits;

import dev.tiergate.limits.LimitEvents.Kind;
import java.util.List;

/**
 * Sees in a charge's numbers which limits it brought near their end, or to it. What is in flight comes and goes with each
 * request, and is no news.
 *
 * @param share of a limit, above 0 and up to 1, from which on its use counts as approaching
 */
public record LimitWatch(LimitEvents events, double share) {

    /** @param numbers in the order of the lines, with the charge */
    void charged(Subject subject, List<ChargeRequest.Line> lines, List<Usage> numbers) {
        if (subject.shadow()) {
            return;
        }
        for (int i = 0; i < lines.size(); i++) {
            var line = lines.get(i);
            var usage = numbers.get(i);
            if (!line.slots() && near(usage, line.units())) {
                tell(subject, usage, usage.before(line.units()));
            }
        }
    }

    /** What other nodes spent may bring a limit over a line between two charges of this one. */
    void learned(Subject subject, Usage usage) {
        if (!subject.shadow() && near(usage, 0)) {
            tell(subject, usage, usage.before(0));
        }
    }

    /** Cheap and a unit too wide: most charges are far from both lines, and each request makes one. */
    private boolean near(Usage usage, long units) {
        double line = share * usage.limit().value();
        return !usage.limit().unlimited()
                && usage.current() >= line - 1
                && (Math.min(usage.seen(), usage.current() - units) <= line + 1 || usage.reached());
    }

    private void tell(Subject subject, Usage usage, Usage before) {
        if (usage.reached()) {
            if (!before.reached()) {
                events.happened(subject, Kind.REACHED, usage);
            }
        } else if (usage.approaches(share) && !before.approaches(share)) {
            events.happened(subject, Kind.APPROACHING, usage);
        }
    }
}
