package dev.tiergate.limits;

/** Where limits tell that one of them nears its end, or has come to it. Called on event loops: returns at once, never throws. */
@FunctionalInterface
public interface LimitEvents {

    /** For nobody who listens. */
    LimitEvents NONE = (subject, kind, usage) -> {};

    /** What became of a limit. */
    enum Kind {
        /** As much is used as counts as approaching. */
        APPROACHING,
        /** Not one unit more fits. */
        REACHED
    }

    /**
     * Told by the one charge that crossed the line; again after units were given back and taken anew.
     *
     * @param usage with that charge
     */
    void happened(Subject subject, Kind kind, Usage usage);

    /** Both are told, this one first. */
    default LimitEvents and(LimitEvents other) {
        return (subject, kind, usage) -> {
            happened(subject, kind, usage);
            other.happened(subject, kind, usage);
        };
    }
}
