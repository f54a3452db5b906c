package dev.tiergate.routes;

import dev.tiergate.routes.yaml.Position;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CoderResult;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Optional;

/** The bytes of a file, bounded, and what they are as text. */
final class RoutesFile {

    static final int MAX_BYTES = 4 << 20;

    private static final int HASH_DIGITS = 16;
    private static final char BYTE_ORDER_MARK = '\uFEFF';

    private RoutesFile() {}

    /** Opens a regular file. */
    interface Opener {
        InputStream open(Path file) throws IOException;
    }

    /** Empty, and a problem, when the file cannot be read. */
    static Optional<byte[]> read(Path file, Problems problems) {
        return read(file, Files::newInputStream, problems);
    }

    static Optional<byte[]> read(Path file, Opener opener, Problems problems) {
        try {
            if (!Files.exists(file) && !Files.exists(file, LinkOption.NOFOLLOW_LINKS)) {
                throw new NoSuchFileException(file.toString());
            }
            if (!Files.isRegularFile(file)) {
                return refused(
                        problems,
                        Files.isDirectory(file)
                                ? "this is a directory; name the file in it"
                                : "this is no regular file, or a link to nowhere");
            }
            try (InputStream in = opener.open(file)) {
                byte[] bytes = in.readNBytes(MAX_BYTES + 1);
                return bytes.length > MAX_BYTES
                        ? refused(problems, "the file is larger than 4 MiB; split it, or remove what is not used")
                        : Optional.of(bytes);
            }
        } catch (NoSuchFileException e) {
            return refused(problems, "there is no such file");
        } catch (AccessDeniedException e) {
            return refused(problems, "permission denied; let the user of the gateway read the file");
        } catch (IOException e) {
            return refused(problems, "the file cannot be read: " + e.getMessage());
        }
    }

    private static Optional<byte[]> refused(Problems problems, String message) {
        problems.error(Position.START, message);
        return Optional.empty();
    }

    /** Empty, and a problem, when the bytes are not UTF-8. */
    static Optional<String> text(byte[] bytes, Problems problems) {
        CharsetDecoder decoder = StandardCharsets.UTF_8.newDecoder();
        ByteBuffer in = ByteBuffer.wrap(bytes);
        CharBuffer out = CharBuffer.allocate(bytes.length + 1);
        CoderResult result = decoder.decode(in, out, true);
        out.flip();
        if (result.isError()) {
            problems.error(
                    after(out), String.format("the byte 0x%02X here is not UTF-8; save the file as UTF-8", in.get()));
            return Optional.empty();
        }
        int zero = out.toString().indexOf('\0');
        if (zero >= 0) {
            problems.error(
                    after(out.subSequence(0, zero)),
                    "a zero byte stands here: this is no text, or text in UTF-16; save the file as UTF-8");
            return Optional.empty();
        }
        boolean marked = out.hasRemaining() && out.get(0) == BYTE_ORDER_MARK;
        return Optional.of(out.subSequence(marked ? 1 : 0, out.remaining()).toString());
    }

    private static Position after(CharSequence text) {
        int line = 1;
        int column = 1;
        for (int i = 0; i < text.length(); i++) {
            boolean end = text.charAt(i) == '\n';
            line += end ? 1 : 0;
            column = end ? 1 : column + 1;
        }
        return new Position(line, column);
    }

    /** SHA-256, the first 16 hex digits. */
    static String hash(byte[] bytes) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(bytes);
            return HexFormat.of().formatHex(digest).substring(0, HASH_DIGITS);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }
}
