package dev.tiergate.identity;

import io.vertx.core.Future;
import java.nio.ByteBuffer;
import java.security.DigestException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What became of tokens seen before, bounded. What was not used lately goes first, by second chance (Corbató, "A paging
 * experiment with the Multics system", 1968): to find a token moves nothing. Belongs to one event loop.
 *
 * <p>Tokens are known by their SHA-256: who could find two with the same could also forge RS256 signatures, nothing that
 * opens the door lies in memory, an entry's size does not depend on its token, and no choice of tokens makes the table slow.
 * It costs under a microsecond, where the cheapest signature costs five.
 */
final class TokenMemory {

    /** Filled anew for each look, so that a look makes no garbage. */
    private static class Hash {

        private long first;
        private long second;
        private long third;
        private long fourth;

        final void fill(ByteBuffer digest) {
            digest.rewind();
            first = digest.getLong();
            second = digest.getLong();
            third = digest.getLong();
            fourth = digest.getLong();
        }

        final void fill(Hash other) {
            first = other.first;
            second = other.second;
            third = other.third;
            fourth = other.fourth;
        }

        @Override
        public final boolean equals(Object other) {
            return other instanceof Hash hash
                    && first == hash.first
                    && second == hash.second
                    && third == hash.third
                    && fourth == hash.fourth;
        }

        @Override
        public final int hashCode() {
            return Long.hashCode(first);
        }
    }

    private static final class Remembered extends Hash {

        private final Future<Identified> answer;
        private final long from;
        private final long until;
        private boolean used;

        /**
         * @param from the first millisecond at which the answer holds
         * @param until the first at which it does not any more
         */
        private Remembered(Hash token, Future<Identified> answer, long from, long until) {
            fill(token);
            this.answer = answer;
            this.from = from;
            this.until = until;
        }

        private boolean holds(long now) {
            return from <= now && now < until;
        }
    }

    private static final int HASH_BYTES = 32;

    private final int bound;
    private final MessageDigest sha256 = sha256();
    private final ByteBuffer digest = ByteBuffer.allocate(HASH_BYTES);
    private final Hash asked = new Hash();
    private byte[] bytes = new byte[1024];

    /** The one that is next to go stands first. */
    private final Map<Hash, Remembered> entries = new LinkedHashMap<>();

    TokenMemory(int bound) {
        this.bound = bound;
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("Every Java platform has SHA-256", e);
        }
    }

    /**
     * Null where nothing is remembered that holds at that time.
     *
     * @param from where in the text the token begins
     */
    @Nullable
    Future<Identified> recall(String text, int from, long now) {
        Remembered entry = entries.get(hash(text, from));
        if (entry == null) {
            return null;
        }
        if (!entry.holds(now)) {
            entries.remove(asked);
            return null;
        }
        entry.used = true;
        return entry.answer;
    }

    void remember(String token, Future<Identified> answer, long from, long until) {
        var entry = new Remembered(hash(token, 0), answer, from, until);
        entries.remove(entry);
        while (entries.size() >= bound) {
            makeRoom();
        }
        entries.put(entry, entry);
    }

    /** What was used since its turn came last goes to the end of the row instead. */
    private void makeRoom() {
        var row = entries.values().iterator();
        Remembered eldest = row.next();
        row.remove();
        if (eldest.used) {
            eldest.used = false;
            entries.put(eldest, eldest);
        }
    }

    void forgetAll() {
        entries.clear();
    }

    int size() {
        return entries.size();
    }

    /** A header's text has a character for each byte, so that no two have the same bytes here. */
    @SuppressWarnings("deprecation") // the only copy that neither decodes nor makes an array
    private Hash hash(String text, int from) {
        int length = text.length() - from;
        if (bytes.length < length) {
            bytes = new byte[length];
        }
        text.getBytes(from, text.length(), bytes, 0);
        sha256.update(bytes, 0, length);
        try {
            sha256.digest(digest.array(), 0, HASH_BYTES);
        } catch (DigestException e) {
            throw new IllegalStateException("SHA-256 has 32 bytes", e);
        }
        asked.fill(digest);
        return asked;
    }
}
