package dev.tiergate.plugin;

import io.vertx.core.Future;
import java.util.HashMap;
import java.util.Map;

/** Told, once each and in this order, what becomes of a request that was let through. Called on the request's event loop. */
public interface Settlement {

    Settlement NONE = new Settlement() {};

    /** Before anything is sent: whoever may lose what the request needs can end it. Not told in shadow mode. */
    default void began(OpenRequest request) {}

    /** The head of the response is known, or that there will be none. */
    default void answered(Outcome outcome) {}

    /**
     * Asked after {@link #answered}: the answer to the client waits for it, for as long as the deadline of the plugin at
     * most. For what the client's next request has to find, at whichever gateway it comes in.
     */
    default Future<Void> recorded() {
        return Future.succeededFuture();
    }

    /** Asked after {@link #answered} where a head goes to the client: set on it, over what {@link Allow} says. */
    default Map<String, String> responseHeaders() {
        return Map.of();
    }

    /**
     * What the store may use changed while the response is still a stream: may it go on? Asked between {@link #answered} and
     * {@link #ended}, as often as that happens; a refusal for a fault, of status 500 and above, is asked again later.
     *
     * @param call the same request, with what the store may use now
     */
    default Future<Decision> again(Call call) {
        return Future.succeededFuture(Allow.plain());
    }

    /** Nothing more will flow: the last byte was sent, or the exchange was broken off. */
    default void ended() {}

    /** For a check that a request only passes by: it hears how that ended, and nothing waits for it or is asked of it. */
    default Settlement inShadow() {
        if (this == NONE) {
            return NONE;
        }
        Settlement counted = this;
        return new Settlement() {
            @Override
            public void answered(Outcome outcome) {
                counted.answered(outcome);
            }

            @Override
            public void ended() {
                counted.ended();
            }
        };
    }

    /** Both are told, this one first; where it throws, the other is told all the same. */
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
            public void began(OpenRequest request) {
                try {
                    first.began(request);
                } finally {
                    other.began(request);
                }
            }

            @Override
            public Future<Decision> again(Call call) {
                return first.again(call)
                        .compose(decision -> decision.fold(allow -> other.again(call), Future::succeededFuture));
            }

            @Override
            public void answered(Outcome outcome) {
                try {
                    first.answered(outcome);
                } finally {
                    other.answered(outcome);
                }
            }

            @Override
            public Future<Void> recorded() {
                return Future.join(first.recorded(), other.recorded()).mapEmpty();
            }

            @Override
            public Map<String, String> responseHeaders() {
                Map<String, String> all = new HashMap<>(first.responseHeaders());
                all.putAll(other.responseHeaders());
                return all;
            }

            @Override
            public void ended() {
                try {
                    first.ended();
                } finally {
                    other.ended();
                }
            }
        };
    }
}
