package dev.tiergate.edge;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import dev.tiergate.fixtures.RawClient;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http2.DefaultHttp2HeadersDecoder;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.codec.http2.Http2Headers;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import java.nio.ByteBuffer;

/** An HTTP/2 connection in clear text that sends any frame it is told to, right or wrong (RFC 9113, section 4). */
final class Http2Wire implements AutoCloseable {

    private static final int DATA = 0;
    private static final int HEADERS = 1;
    private static final int RST_STREAM = 3;
    private static final int SETTINGS = 4;
    private static final int GOAWAY = 7;
    private static final int WINDOW_UPDATE = 8;
    private static final int CONTINUATION = 9;
    private static final int END_STREAM = 1;
    private static final int END_HEADERS = 4;
    private static final int ACK = 1;
    private static final int PRIORITY = 0x20;
    private static final int PRIORITY_LENGTH = 5;

    private final Socket socket;
    private final DataInputStream in;
    private final DefaultHttp2HeadersDecoder decoder = new DefaultHttp2HeadersDecoder(false);
    private int lastStream;

    /** How a stream, or the connection, ended. */
    enum End {
        ANSWERED,
        RESET,
        GOAWAY,
        CLOSED
    }

    /**
     * @param status 0 where there was no answer
     * @param headers null where there was no answer
     */
    record Ending(End end, int status, Http2Headers headers) {

        private static Ending without(End end) {
            return new Ending(end, 0, null);
        }

        /** True for a stream or connection that was broken off, and for an answer that says 4xx. */
        boolean refused() {
            return end != End.ANSWERED || (status >= 400 && status < 500);
        }
    }

    private Http2Wire(Socket socket) throws IOException {
        this.socket = socket;
        this.in = new DataInputStream(socket.getInputStream());
    }

    static Http2Wire connect(int port) throws IOException {
        var wire = new Http2Wire(new Socket(InetAddress.getLoopbackAddress(), port));
        wire.socket.setTcpNoDelay(true);
        wire.socket.setSoTimeout((int) RawClient.DEFAULT_TIMEOUT.toMillis());
        wire.socket.getOutputStream().write("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".getBytes(ISO_8859_1));
        wire.frame(SETTINGS, 0, 0, new byte[0]);
        return wire;
    }

    /** Names and values by turns, in their order, each a byte a character. */
    static byte[] block(String... fields) {
        var block = new ByteArrayOutputStream();
        for (int i = 0; i < fields.length; i += 2) {
            block.write(0);
            literal(block, fields[i]);
            literal(block, fields[i + 1]);
        }
        return block.toByteArray();
    }

    /** A string of HPACK without Huffman coding (RFC 7541, section 5.2). */
    private static void literal(ByteArrayOutputStream block, String text) {
        byte[] bytes = text.getBytes(ISO_8859_1);
        if (bytes.length < 127) {
            block.write(bytes.length);
        } else {
            block.write(127);
            int rest = bytes.length - 127;
            while (rest >= 128) {
                block.write(rest % 128 + 128);
                rest /= 128;
            }
            block.write(rest);
        }
        block.writeBytes(bytes);
    }

    Http2Wire headers(int stream, boolean end, byte[] block) throws IOException {
        return frame(HEADERS, END_HEADERS | (end ? END_STREAM : 0), stream, block);
    }

    Http2Wire headersToBeContinued(int stream, byte[] block) throws IOException {
        return frame(HEADERS, END_STREAM, stream, block);
    }

    Http2Wire continuation(int stream, boolean end, byte[] block) throws IOException {
        return frame(CONTINUATION, end ? END_HEADERS : 0, stream, block);
    }

    Http2Wire data(int stream, boolean end, String text) throws IOException {
        return frame(DATA, end ? END_STREAM : 0, stream, text.getBytes(ISO_8859_1));
    }

    Http2Wire reset(int stream) throws IOException {
        return frame(RST_STREAM, 0, stream, new byte[] {0, 0, 0, 8});
    }

    /** Gives the server leave to send so many bytes more, on the stream and on the connection. */
    Http2Wire window(int stream, int bytes) throws IOException {
        byte[] more = ByteBuffer.allocate(Integer.BYTES).putInt(bytes).array();
        return frame(WINDOW_UPDATE, 0, 0, more).frame(WINDOW_UPDATE, 0, stream, more);
    }

    /** Bytes of the stream's body from here to its end; -1 where it does not end before the connection does. */
    long awaitBody(int stream) throws IOException {
        try {
            for (long bytes = 0; ; ) {
                int length = in.readUnsignedByte() << 16 | in.readUnsignedShort();
                int type = in.readUnsignedByte();
                int flags = in.readUnsignedByte();
                int about = in.readInt();
                in.skipNBytes(length);
                if (type == DATA && about == stream) {
                    bytes += length;
                    if ((flags & END_STREAM) != 0) {
                        return bytes;
                    }
                }
            }
        } catch (EOFException | SocketException closed) {
            return -1;
        }
    }

    private Http2Wire frame(int type, int flags, int stream, byte[] payload) throws IOException {
        var frame = new ByteArrayOutputStream();
        frame.write(payload.length >> 16);
        frame.write(payload.length >> 8);
        frame.write(payload.length);
        frame.write(type);
        frame.write(flags);
        for (int shift = 24; shift >= 0; shift -= 8) {
            frame.write(stream >> shift);
        }
        frame.writeBytes(payload);
        socket.getOutputStream().write(frame.toByteArray());
        return this;
    }

    /** Reads to the stream's head or end, or to the connection's. */
    Ending await(int stream) throws IOException {
        try {
            while (true) {
                int length = in.readUnsignedByte() << 16 | in.readUnsignedShort();
                int type = in.readUnsignedByte();
                int flags = in.readUnsignedByte();
                int about = in.readInt();
                byte[] payload = in.readNBytes(length);
                if (type == SETTINGS && (flags & ACK) == 0) {
                    frame(SETTINGS, ACK, 0, new byte[0]);
                } else if (type == GOAWAY) {
                    lastStream = ByteBuffer.wrap(payload).getInt();
                    return Ending.without(End.GOAWAY);
                } else if (type == RST_STREAM && about == stream) {
                    return Ending.without(End.RESET);
                } else if (type == HEADERS) {
                    int from = (flags & PRIORITY) == 0 ? 0 : PRIORITY_LENGTH;
                    var block = Unpooled.wrappedBuffer(payload, from, length - from);
                    Http2Headers headers = decoder.decodeHeaders(about, block);
                    int status = Integer.parseInt(headers.status().toString());
                    if (about == stream && status >= 200) {
                        return new Ending(End.ANSWERED, status, headers);
                    }
                }
            }
        } catch (EOFException | SocketException closed) {
            return Ending.without(End.CLOSED);
        } catch (Http2Exception e) {
            throw new IllegalStateException(e);
        }
    }

    /** The last stream that the server said it would answer, in the GOAWAY read last. */
    int lastStream() {
        return lastStream;
    }

    @Override
    public void close() {
        try {
            socket.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
