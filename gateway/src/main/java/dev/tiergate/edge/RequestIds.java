package dev.tiergate.edge;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.vertx.core.http.HttpHeaders;
import java.security.SecureRandom;
import java.util.SplittableRandom;

/**
 * Makes ids for requests and traces; one an event loop, since it is not safe for threads. Ids are unique, not secret: the
 * generator starts from 128 bits of the operating system's randomness and is fast rather than unpredictable.
 */
final class RequestIds {

    static final CharSequence HEADER = HttpHeaders.createOptimized("X-Request-Id");

    /** Crockford's alphabet: no letters that people mistake for digits. */
    private static final byte[] BASE32 = "0123456789abcdefghjkmnpqrstvwxyz".getBytes(US_ASCII);

    private static final byte[] HEX = "0123456789abcdef".getBytes(US_ASCII);

    /** 128 bits, five a char. */
    private static final int LENGTH = 26;

    private final SplittableRandom high;
    private final SplittableRandom low;

    RequestIds() {
        this(new SecureRandom());
    }

    private RequestIds(SecureRandom seed) {
        this(seed.nextLong(), seed.nextLong());
    }

    RequestIds(long highSeed, long lowSeed) {
        this.high = new SplittableRandom(highSeed);
        this.low = new SplittableRandom(lowSeed);
    }

    /** 128 bits as 26 lower-case letters and digits. */
    @SuppressWarnings("deprecation") // the constructor that copies bytes to Latin-1 without decoding
    String next() {
        byte[] text = new byte[LENGTH];
        long left = high.nextLong();
        long right = low.nextLong();
        for (int i = LENGTH - 1; i >= 0; i--) {
            text[i] = BASE32[(int) right & 31];
            right = right >>> 5 | left << 59;
            left >>>= 5;
        }
        return new String(text, 0);
    }

    /** A trace's id: 32 hex digits, not all zero. */
    String traceId() {
        return hex(high) + hex(low);
    }

    /** A span's id: 16 hex digits, not all zero. */
    String spanId() {
        return hex(low);
    }

    @SuppressWarnings("deprecation") // as above
    private static String hex(SplittableRandom random) {
        long bits = random.nextLong();
        while (bits == 0) {
            bits = random.nextLong();
        }
        byte[] text = new byte[16];
        for (int i = text.length - 1; i >= 0; i--) {
            text[i] = HEX[(int) bits & 15];
            bits >>>= 4;
        }
        return new String(text, 0);
    }
}
