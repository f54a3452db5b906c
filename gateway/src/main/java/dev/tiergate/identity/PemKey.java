package dev.tiergate.identity;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PublicKey;
import java.security.spec.X509EncodedKeySpec;
import java.util.Base64;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A public key as PEM, SubjectPublicKeyInfo (RFC 7468 section 13), from a text or from a file. */
final class PemKey {

    private static final int MAX_FILE_BYTES = 64 * 1024;

    private static final Pattern BLOCK =
            Pattern.compile("\\s*-----BEGIN PUBLIC KEY-----([A-Za-z0-9+/=\\s]+)-----END PUBLIC KEY-----\\s*");

    private PemKey() {}

    /** @throws IllegalArgumentException when this is no key that may be used, with what is wrong */
    static VerificationKey load(String textOrFile, Set<Algorithm> allowed) {
        boolean text = textOrFile.contains("-----BEGIN");
        String name = text ? "auth.jwt.public-keys" : "auth.jwt.public-keys: " + textOrFile;
        PublicKey key = key(name, text ? textOrFile : content(name, textOrFile));
        var strength = KeyStrength.of(key, allowed);
        if (strength.algorithms().isEmpty()) {
            throw new IllegalArgumentException(name + ": " + strength.problem());
        }
        return new VerificationKey(null, strength.algorithms(), key);
    }

    private static String content(String name, String file) {
        try {
            Path path = Path.of(file);
            if (Files.size(path) > MAX_FILE_BYTES) {
                throw new IllegalArgumentException(name + ": the file is too long for a key");
            }
            return Files.readString(path);
        } catch (InvalidPathException | IOException e) {
            throw new IllegalArgumentException(name + ": the file cannot be read");
        }
    }

    private static PublicKey key(String name, String pem) {
        Matcher block = BLOCK.matcher(pem);
        if (!block.matches()) {
            throw new IllegalArgumentException(name + ": not exactly one PEM block PUBLIC KEY"
                    + (pem.contains("PRIVATE KEY") ? "; a private key has no place in a gateway" : ""));
        }
        try {
            byte[] der = Base64.getMimeDecoder().decode(block.group(1));
            // The only algorithms with a name here are RSA and EC: what is neither fails at both.
            var spec = new X509EncodedKeySpec(der);
            try {
                return KeyFactory.getInstance("RSA").generatePublic(spec);
            } catch (GeneralSecurityException notRsa) {
                return KeyFactory.getInstance("EC").generatePublic(spec);
            }
        } catch (GeneralSecurityException | IllegalArgumentException e) {
            throw new IllegalArgumentException(name + ": neither an RSA nor an EC public key");
        }
    }
}
