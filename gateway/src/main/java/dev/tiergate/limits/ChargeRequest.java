package dev.tiergate.limits;

import dev.tiergate.plugin.Limit;
import dev.tiergate.routes.Route.Charge.On;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What one request takes, all of it or nothing. */
public record ChargeRequest(Subject subject, List<Line> lines) {

    public ChargeRequest {
        for (Line line : lines) {
            if (line.limit().scope() == Limit.Scope.USER && subject.user() == null) {
                throw new IllegalArgumentException(
                        "Limit '" + line.limit().code() + "' counts a user, and none is known");
            }
        }
    }

    /**
     * Units of one limit.
     *
     * @param units 1 or more
     * @param on when the units count as used
     * @param report where the response tells how many of them were used; null where all are
     */
    public record Line(
            Limit limit, long units, On on, @Nullable CostAtHead report) {
        public Line {
            if (units < 1) {
                throw new IllegalArgumentException("A line of " + units + " units of limit '" + limit.code() + "'");
            }
        }

        public Line(Limit limit, long units, On on) {
            this(limit, units, on, null);
        }

        /** True for units that are in flight and end with the exchange. */
        public boolean slots() {
            return limit.window() == Limit.Window.CONCURRENT;
        }
    }
}
