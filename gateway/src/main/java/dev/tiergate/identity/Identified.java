package dev.tiergate.identity;

import dev.tiergate.plugin.Caller;
import dev.tiergate.plugin.Refuse;
import java.util.function.Function;

/** What is known of who sent a request. */
public sealed interface Identified {

    /** One function a case, so that a new case breaks every caller when it compiles. */
    <T> T fold(
            Function<? super Known, ? extends T> known,
            Function<? super Rejected, ? extends T> rejected,
            Function<? super KeysMissing, ? extends T> keysMissing);

    /** A token was verified. */
    record Known(Caller caller) implements Identified {
        @Override
        public <T> T fold(
                Function<? super Known, ? extends T> known,
                Function<? super Rejected, ? extends T> rejected,
                Function<? super KeysMissing, ? extends T> keysMissing) {
            return known.apply(this);
        }
    }

    /** No token, or none that is good: a 401, {@code authentication_required} or {@code invalid_token}. */
    record Rejected(Refuse refuse) implements Identified {
        @Override
        public <T> T fold(
                Function<? super Known, ? extends T> known,
                Function<? super Rejected, ? extends T> rejected,
                Function<? super KeysMissing, ? extends T> keysMissing) {
            return rejected.apply(this);
        }
    }

    /** A token came, but no key is there to verify it with: a 503, {@code keys_unavailable}. */
    record KeysMissing(Refuse refuse) implements Identified {
        @Override
        public <T> T fold(
                Function<? super Known, ? extends T> known,
                Function<? super Rejected, ? extends T> rejected,
                Function<? super KeysMissing, ? extends T> keysMissing) {
            return keysMissing.apply(this);
        }
    }
}
