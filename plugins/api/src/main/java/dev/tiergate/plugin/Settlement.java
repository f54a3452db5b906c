package dev.tiergate.plugin;

/** Told, once each and in this order, what became of a request that was let through. Called on the request's event loop. */
public interface Settlement {

    Settlement NONE = new Settlement() {};

    /** The head of the response is known, or that there will be none. */
    default void answered(Outcome outcome) {}

    /** Nothing more will flow: the last byte was sent, or the exchange was broken off. */
    default void ended() {}

    /** Both are told, this one first. */
    default Settlement and(Settlement other) {
        if (this == NONE) {
            return other;
        }
        if (other == NONE) {
            return this;
        }
        Settlement first = this;
        return new Settlement() {
            @Override
            public void answered(Outcome outcome) {
                first.answered(outcome);
                other.answered(outcome);
            }

            @Override
            public void ended() {
                first.ended();
                other.ended();
            }
        };
    }
}
