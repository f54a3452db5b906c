package dev.tiergate.limits;

import dev.tiergate.plugin.Limit;
import dev.tiergate.routes.Route.Charge.On;
import java.util.List;

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
     */
    public record Line(Limit limit, long units, On on) {
        public Line {
            if (units < 1) {
                throw new IllegalArgumentException("A line of " + units + " units of limit '" + limit.code() + "'");
            }
        }

        /** True for units that are in flight and end with the exchange. */
        public boolean slots() {
            return limit.window() == Limit.Window.CONCURRENT;
        }
    }
}
