package dev.tiergate.identity;

import java.nio.charset.StandardCharsets;
import java.util.Optional;

/** A token in the compact serialisation of RFC 7515 section 7.1, taken apart but not yet believed. */
final class CompactJws {

    /** Above what the listener lets through in a header; the reading stays bounded where that is raised. */
    static final int MAX_LENGTH = 16_384;

    private final byte[] header;
    private final byte[] payload;
    private final byte[] signingInput;
    private final byte[] signature;

    private CompactJws(byte[] header, byte[] payload, byte[] signingInput, byte[] signature) {
        this.header = header;
        this.payload = payload;
        this.signingInput = signingInput;
        this.signature = signature;
    }

    /** True for three base64url segments, none of them empty. */
    static boolean looksLike(String token) {
        if (token.length() > MAX_LENGTH) {
            return false;
        }
        int first = token.indexOf('.');
        int last = token.lastIndexOf('.');
        return first > 0
                && last > first + 1
                && last < token.length() - 1
                && Base64Url.canonical(token.substring(0, first))
                && Base64Url.canonical(token.substring(first + 1, last))
                && Base64Url.canonical(token.substring(last + 1));
    }

    static Optional<CompactJws> read(String token) {
        if (!looksLike(token)) {
            return Optional.empty();
        }
        int first = token.indexOf('.');
        int last = token.lastIndexOf('.');
        return Base64Url.decode(token.substring(0, first))
                .flatMap(header -> Base64Url.decode(token.substring(first + 1, last))
                        .flatMap(payload -> Base64Url.decode(token.substring(last + 1))
                                .map(signature -> new CompactJws(
                                        header,
                                        payload,
                                        token.substring(0, last).getBytes(StandardCharsets.US_ASCII),
                                        signature))));
    }

    /** JSON, supposedly. */
    byte[] header() {
        return header;
    }

    /** JSON, supposedly. */
    byte[] payload() {
        return payload;
    }

    byte[] signingInput() {
        return signingInput;
    }

    byte[] signature() {
        return signature;
    }
}
