package dev.tiergate.limits;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.tiergate.plugin.Call;
import io.vertx.core.buffer.Buffer;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import org.jspecify.annotations.Nullable;

/**
 * A request under an Idempotency-Key, as it is remembered. Neither the key nor anything of the request can be read from it.
 *
 * @param place where Redis remembers it: by store, and by a digest of user, route and key
 * @param owner a name that no other request has
 * @param print a digest of what makes two requests the same: method, path, query and body
 */
record KeyedRequest(String place, String owner, String print) {

    /** So that a long body is not copied whole. */
    private static final int PIECE = 16 * 1024;

    static KeyedRequest of(Call call, Subject subject, String key, Buffer body) {
        String place = "tg:" + (subject.shadow() ? "s:" : "") + '{'
                + subject.store().externalId() + "}:idem:"
                + new Digest().add(subject.user()).add(call.routeId()).add(key).text();
        String print = new Digest()
                .add(call.method())
                .add(call.path())
                .add(call.query())
                .add(body)
                .text();
        return new KeyedRequest(place, call.requestId(), print);
    }

    /** SHA-256 over parts, each with its length before it, so that no two lists of parts look the same. */
    private static final class Digest {

        private static final int NOTHING = -1;

        private final MessageDigest sha256;

        Digest() {
            try {
                sha256 = MessageDigest.getInstance("SHA-256");
            } catch (NoSuchAlgorithmException e) {
                throw new IllegalStateException("every JDK has SHA-256", e);
            }
        }

        Digest add(@Nullable String part) {
            if (part == null) {
                return length(NOTHING);
            }
            byte[] bytes = part.getBytes(UTF_8);
            length(bytes.length);
            sha256.update(bytes);
            return this;
        }

        Digest add(Buffer part) {
            length(part.length());
            for (int from = 0; from < part.length(); from += PIECE) {
                sha256.update(part.getBytes(from, Math.min(part.length(), from + PIECE)));
            }
            return this;
        }

        private Digest length(int length) {
            sha256.update(ByteBuffer.allocate(Integer.BYTES).putInt(length).flip());
            return this;
        }

        String text() {
            return Base64.getUrlEncoder().withoutPadding().encodeToString(sha256.digest());
        }
    }
}
