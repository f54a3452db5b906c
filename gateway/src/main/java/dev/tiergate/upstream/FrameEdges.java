package dev.tiergate.upstream;

import io.vertx.core.buffer.Buffer;

/** Follows a stream of WebSocket frames (RFC 6455, section 5.2), to know where one ends and another could begin. */
final class FrameEdges {

    /** Where the first frame to end within these bytes does not. */
    static final int NONE = -1;

    private static final int MASKED = 0x80;
    private static final int LENGTH = 0x7f;
    private static final int LENGTH_16 = 126;
    private static final int LENGTH_64 = 127;
    private static final int MASK_BYTES = 4;

    /** Bytes of the frame's head that have come, */
    private int head;

    /** and that it has, once the second is known. */
    private int headBytes = 2;

    /** Bytes of the length that stand behind the second byte. */
    private int lengthBytes;

    /** Of the frame's payload, still to come. */
    private long payload;

    /** True where a frame of one's own may stand. */
    boolean between() {
        return head == 0;
    }

    /** Reads on, over all of the bytes. */
    void pass(Buffer bytes) {
        int at = 0;
        while (at < bytes.length()) {
            int end = firstEnd(bytes, at);
            at = end == NONE ? bytes.length() : end;
        }
    }

    /** Reads on to the first end of a frame, from an index, and returns the index behind it. */
    int firstEnd(Buffer bytes, int from) {
        int at = from;
        while (at < bytes.length()) {
            if (head < headBytes) {
                head(bytes.getUnsignedByte(at));
                at++;
            } else {
                long taken = Math.min(payload, bytes.length() - at);
                payload -= taken;
                at += (int) taken;
            }
            if (head == headBytes && payload == 0) {
                head = 0;
                headBytes = 2;
                return at;
            }
        }
        return NONE;
    }

    private void head(int next) {
        if (head == 1) {
            int length = next & LENGTH;
            lengthBytes = length == LENGTH_16 ? 2 : length == LENGTH_64 ? 8 : 0;
            payload = lengthBytes == 0 ? length : 0;
            headBytes = 2 + lengthBytes + ((next & MASKED) == 0 ? 0 : MASK_BYTES);
        } else if (head > 1 && head < 2 + lengthBytes) {
            // a length that is no length never ends
            payload = (payload << 8 | next) & Long.MAX_VALUE;
        }
        head++;
    }
}
