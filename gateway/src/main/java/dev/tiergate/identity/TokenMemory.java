package dev.tiergate.identity;

import io.vertx.core.Future;
import java.nio.ByteBuffer;
import java.security.DigestException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What became of tokens seen before, bounded; the least recently used goes first. Belongs to one event loop.
 *
 * <p>Tokens are known by their SHA-256: who could find two with the same could also forge RS256 signatures, nothing that
 * opens the door lies in memory, an entry's size does not depend on its token, and no choice of tokens makes the table slow.
 * It costs under a microsecond, where the cheapest signature costs five.
 */
final class TokenMemory {

    /**
     * @param from the first millisecond at which the answer holds
     * @param until the first at which it does not any more
     */
    private record Remembered(Future<Identified> answer, long from, long until) {}

    /** Filled anew for each look, so that a look makes no garbage; what is kept is a copy. */
    private static final class Hash {

        private final long[] words = new long[HASH_BYTES / Long.BYTES];

        private void fill(ByteBuffer digest) {
            for (int i = 0; i < words.length; i++) {
                words[i] = digest.getLong(i * Long.BYTES);
            }
        }

        private Hash copy() {
            Hash copy = new Hash();
            System.arraycopy(words, 0, copy.words, 0, words.length);
            return copy;
        }

        @Override
        public boolean equals(Object other) {
            return other instanceof Hash hash && Arrays.equals(words, hash.words);
        }

        @Override
        public int hashCode() {
            return Long.hashCode(words[0]);
        }
    }

    private static final int HASH_BYTES = 32;

    private final MessageDigest sha256 = sha256();
    private final ByteBuffer digest = ByteBuffer.allocate(HASH_BYTES);
    private final Hash asked = new Hash();
    private byte[] bytes = new byte[1024];
    private final Map<Hash, Remembered> entries;

    TokenMemory(int bound) {
        this.entries = new LinkedHashMap<>(16, 0.75f, true) {
            private static final long serialVersionUID = 1L;

            @Override
            protected boolean removeEldestEntry(Map.Entry<Hash, Remembered> eldest) {
                return size() > bound;
            }
        };
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
        if (entry == null || (entry.from <= now && now < entry.until)) {
            return entry == null ? null : entry.answer;
        }
        entries.remove(asked);
        return null;
    }

    void remember(String token, Future<Identified> answer, long from, long until) {
        entries.put(hash(token, 0).copy(), new Remembered(answer, from, until));
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
