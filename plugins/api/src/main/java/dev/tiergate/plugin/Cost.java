package dev.tiergate.plugin;

/**
 * What a request costs of a limit, where a {@code charge} of routes.yaml leaves that to a plugin. The gateway does the rest:
 * it takes the units before the request is forwarded, never more than {@code max}, refuses where they do not fit, and gives
 * back what was too much.
 *
 * <p>Given by a check that is made for one charge of one route and one event loop, and never asked itself. A cost never
 * blocks; where it throws, the request costs {@code max}.
 */
@FunctionalInterface
public interface Cost {

    /** Asked before the request is forwarded, and in shadow too. What is above {@code max} costs {@code max}. */
    Told before(Call call);

    /**
     * Asked where {@link #before} said {@link Told#LATER}, at the head of a response that is charged; {@code max} was taken.
     * Whoever says {@code LATER} again knows nothing.
     */
    default Told after(Call call, Outcome outcome) {
        return Told.ABSENT;
    }

    /**
     * What a plugin knows of a cost.
     *
     * @param units 0 or more; 0 where none are told
     */
    record Told(Kind kind, long units) {

        /** Only the response tells. */
        public static final Told LATER = new Told(Kind.LATER, 0);

        /** It is not said; {@code default} counts. */
        public static final Told ABSENT = new Told(Kind.ABSENT, 0);

        /** What is said makes no sense; {@code default} counts. */
        public static final Told MALFORMED = new Told(Kind.MALFORMED, 0);

        /** The most that there is: whatever {@code max} says. */
        public static final Told MAX = new Told(Kind.UNITS, Long.MAX_VALUE);

        /** How much is known. */
        public enum Kind {
            UNITS,
            LATER,
            ABSENT,
            MALFORMED
        }

        public Told {
            if (units < 0) {
                throw new IllegalArgumentException("a cost of " + units);
            }
        }

        public static Told units(long units) {
            return new Told(Kind.UNITS, units);
        }
    }
}
