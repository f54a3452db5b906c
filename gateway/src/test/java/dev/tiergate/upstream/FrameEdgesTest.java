package dev.tiergate.upstream;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.buffer.Buffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Where WebSocket frames end, however their bytes come. */
class FrameEdgesTest {

    @ParameterizedTest
    @CsvSource({"0, 2", "1, 3", "125, 127", "126, 130", "65535, 65539", "65536, 65546", "70000, 70010"})
    void a_frame_ends_with_its_payload(int payload, int length) {
        Buffer frame = frame(payload, false);
        assertThat(frame.length()).isEqualTo(length);
        var edges = new FrameEdges();
        assertThat(edges.firstEnd(frame.slice(0, length - 1), 0)).isEqualTo(FrameEdges.NONE);
        assertThat(edges.between()).isFalse();
        assertThat(edges.firstEnd(frame.slice(length - 1, length), 0)).isEqualTo(1);
        assertThat(edges.between()).isTrue();
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void frames_end_in_the_same_places_however_they_are_cut(long seed) {
        var random = new Random(seed);
        Buffer all = Buffer.buffer();
        Set<Integer> ends = new TreeSet<>();
        for (int i = 0; i < 200; i++) {
            int[] sizes = {0, random.nextInt(126), 126 + random.nextInt(2000), 65_530 + random.nextInt(20)};
            all.appendBuffer(frame(sizes[random.nextInt(i % 20 == 0 ? 4 : 3)], random.nextBoolean()));
            ends.add(all.length());
        }
        var edges = new FrameEdges();
        List<Integer> found = new ArrayList<>();
        for (int from = 0; from < all.length(); ) {
            int to = Math.min(all.length(), from + 1 + random.nextInt(random.nextBoolean() ? 3 : 3000));
            Buffer piece = all.slice(from, to);
            int at = edges.firstEnd(piece, 0);
            while (at != FrameEdges.NONE) {
                found.add(from + at);
                at = at == piece.length() ? FrameEdges.NONE : edges.firstEnd(piece, at);
            }
            from = to;
            assertThat(edges.between()).isEqualTo(ends.contains(from));
        }
        assertThat(found).containsExactlyElementsOf(ends);
    }

    @Test
    void passing_over_bytes_reads_them_all() {
        var edges = new FrameEdges();
        edges.pass(frame(10, false).appendBuffer(frame(300, true)).appendByte((byte) 0x82));
        assertThat(edges.between()).isFalse();
        edges.pass(Buffer.buffer(new byte[] {1, 'x'}));
        assertThat(edges.between()).isTrue();
    }

    @Test
    void a_length_that_is_none_never_ends() {
        var edges = new FrameEdges();
        edges.pass(Buffer.buffer(new byte[] {(byte) 0x82, 127, -1, -1, -1, -1, -1, -1, -1, -1}));
        edges.pass(Buffer.buffer(new byte[100_000]));
        assertThat(edges.between()).isFalse();
    }

    static Buffer frame(int payload, boolean masked) {
        int mask = masked ? 0x80 : 0;
        Buffer frame = Buffer.buffer().appendByte((byte) 0x82);
        if (payload < 126) {
            frame.appendByte((byte) (mask | payload));
        } else if (payload < 65_536) {
            frame.appendByte((byte) (mask | 126)).appendUnsignedShort(payload);
        } else {
            frame.appendByte((byte) (mask | 127)).appendLong(payload);
        }
        return frame.appendBytes(new byte[payload + (masked ? 4 : 0)]);
    }
}
