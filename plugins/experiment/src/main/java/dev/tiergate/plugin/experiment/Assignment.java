package dev.tiergate.plugin.experiment;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Which variant a key gets: by its hash alone, so that every node says the same, before and after a restart. It is weighted
 * rendezvous hashing. For each variant, {@code u} is the first 53 bits of the SHA-256 of {@code experiment/variant/key} in
 * UTF-8, plus one, over 2^53; the variant with the least {@code -ln(u) / weight} wins. So each gets its share of the keys,
 * the order does not matter, and a weight that grows moves keys to its own variant and none between others.
 *
 * <p>Not safe for threads: an event loop has its own.
 */
final class Assignment {

    /** The bits of a double's fraction. */
    private static final int BITS = 53;

    private final List<Candidate> candidates = new ArrayList<>();
    private final MessageDigest sha256;

    @SuppressWarnings("ArrayRecordComponent") // never compared
    private record Candidate(String variant, byte[] salt, int weight) {}

    /** @param weights not all 0 */
    Assignment(String experiment, Map<String, Integer> weights) {
        weights.forEach((variant, weight) -> {
            if (weight > 0) {
                var salt = (experiment + "/" + variant + "/").getBytes(UTF_8);
                candidates.add(new Candidate(variant, salt, weight));
            }
        });
        try {
            sha256 = MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }

    String variant(String key) {
        var bytes = key.getBytes(UTF_8);
        var winner = candidates.get(0);
        var least = score(winner, bytes);
        for (var candidate : candidates.subList(1, candidates.size())) {
            var score = score(candidate, bytes);
            if (score < least) {
                winner = candidate;
                least = score;
            }
        }
        return winner.variant();
    }

    /** {@link StrictMath} is the same to the last bit on every machine. */
    private double score(Candidate candidate, byte[] key) {
        sha256.update(candidate.salt());
        sha256.update(key);
        var hash = ByteBuffer.wrap(sha256.digest()).getLong() >>> (Long.SIZE - BITS);
        return -StrictMath.log((hash + 1) * 0x1p-53) / candidate.weight();
    }
}
