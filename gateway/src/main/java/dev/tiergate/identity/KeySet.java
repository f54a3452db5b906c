package dev.tiergate.identity;

import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The keys of one moment, immutable, shared by all event loops. */
final class KeySet {

    private static final KeySet NONE = new KeySet(0, List.of(), Long.MIN_VALUE);

    private final long revision;
    private final List<VerificationKey> keys;
    private final Map<String, VerificationKey> byId;
    private final long goodUntil;

    private KeySet(long revision, List<VerificationKey> keys, long goodUntil) {
        this.revision = revision;
        this.keys = List.copyOf(keys);
        this.byId = keys.stream()
                .filter(key -> key.id() != null)
                .collect(Collectors.toUnmodifiableMap(key -> String.valueOf(key.id()), Function.identity()));
        this.goodUntil = goodUntil;
    }

    /** Nothing verifies. */
    static KeySet none() {
        return NONE;
    }

    /** Keys of a configuration, which do not age. Names are distinct. */
    static KeySet fixed(List<VerificationKey> keys) {
        return new KeySet(1, keys, Long.MAX_VALUE);
    }

    /** Keys that were loaded. The revision is raised only where they differ, so that what was verified stays remembered. */
    KeySet replacedBy(List<VerificationKey> loaded, long untilMillis) {
        return new KeySet(keys.equals(loaded) ? revision : revision + 1, loaded, untilMillis);
    }

    /** Raised when the keys change: what was verified with others is to be forgotten. */
    long revision() {
        return revision;
    }

    int size() {
        return keys.size();
    }

    /** False while no key was ever loaded, and once they are older than is allowed. */
    boolean goodAt(long millis) {
        return !keys.isEmpty() && millis < goodUntil;
    }

    /**
     * The one key that a token can mean. A token without {@code kid} means the only key there is; a key without a name is
     * meant by every {@code kid}, but again only where it is alone. Nothing is tried in turn.
     */
    @Nullable
    VerificationKey meantBy(@Nullable String kid) {
        if (kid != null && byId.containsKey(kid)) {
            return byId.get(kid);
        }
        if (keys.size() != 1) {
            return null;
        }
        VerificationKey only = keys.get(0);
        return kid == null || only.id() == null ? only : null;
    }
}
