package dev.tiergate.plugin;

import java.util.HashMap;
import java.util.Map;

/** Told, once each and in this order, what became of a request that was let through. Called on the request's event loop. */
public interface Settlement {

    Settlement NONE = new Settlement() {};

    /** The head of the response is known, or that there will be none. */
    default void answered(Outcome outcome) {}

    /** Asked after {@link #answered} where a head goes to the client: set on it, over what {@link Allow} says. */
    default Map<String, String> responseHeaders() {
        return Map.of();
    }

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
            public Map<String, String> responseHeaders() {
                Map<String, String> all = new HashMap<>(first.responseHeaders());
                all.putAll(other.responseHeaders());
                return all;
            }

            @Override
            public void ended() {
                first.ended();
                other.ended();
            }
        };
    }
}
